/** The person at the terminal: is asked, may interrupt. */
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';

/** Whether the answer is "yes", written out. The end of input, or Ctrl-C, is no answer and counts as no. */
export async function ask(question: string, { input, output }: { readonly input: Readable; readonly output: Writable }): Promise<boolean> {
  const lines = createInterface({ input, output });
  const ended = new Promise<string>((resolve) => { lines.once('close', () => resolve('')); });
  try {
    const answer = await Promise.race([lines.question(question), ended]);
    return answer.trim() === 'yes';
  } finally {
    lines.close();
  }
}

/** Aborted by the first SIGTERM or SIGINT; the second one ends the process as it always does. */
export function interruption(say: (line: string) => void): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => {
      say(`${signal}: nothing more is begun; what is open is closed first. Run the same command again to go on`);
      interrupted.abort();
    });
  }
  return interrupted.signal;
}

// Whether this process lives and whether it is of use, in the words of kube-apiserver's own endpoints.
//
// Alive (/livez) is a process whose loops go round, whatever they meet: an API server that is down, a lease in other hands and a cloud that
// refuses everything are no reason to be killed, because the next process would meet them as well. Dead is one in which a loop has stopped.
// Ready (/readyz) is a process that knows every resource and does not end: a standby is as ready as the leader.

/** What was found: undefined when all is well, else a sentence. */
export type Finding = string | undefined;

/** A loop, by its name. Must not throw. */
export type Check = () => Finding;

export type Role = 'starting' | 'standby' | 'leader' | 'standing down';

export interface Verdict {
  readonly ok: boolean;
  /** Lines of text. */
  readonly says: string;
}

/** The checks of one process. They come and go with the loops. */
export class Vitals {
  readonly #loops = new Map<string, Check>();
  readonly #needs = new Map<string, Check>();
  readonly #role: () => Role;

  constructor(role: () => Role) {
    this.#role = role;
  }

  /** A loop that has to go round as long as the process lives; the result takes it off again. */
  loop(name: string, check: Check): () => void {
    this.#loops.set(name, check);
    return () => void this.#loops.delete(name);
  }

  /** Something that has to be there before the process is of use. */
  need(name: string, check: Check): void {
    this.#needs.set(name, check);
  }

  livez(): Verdict {
    return verdict('livez', this.#loops, this.#role());
  }

  readyz(): Verdict {
    const role = this.#role();
    const ended: Check = () => (role === 'standing down' ? 'the process was told to end' : undefined);
    const begun: Check = () => (role === 'starting' ? 'the process waits for the API server' : undefined);
    return verdict('readyz', new Map([['started', begun], ...this.#needs, ['not-ending', ended]]), role);
  }
}

function verdict(name: string, checks: ReadonlyMap<string, Check>, role: Role): Verdict {
  const found = [...checks].map(([check, look]) => ({ check, finding: look() }));
  const ok = found.every(({ finding }) => finding === undefined);
  const lines = found.map(({ check, finding }) => (finding === undefined ? `[+]${check} ok` : `[-]${check} failed: ${finding}`));
  return { ok, says: [...lines, `role: ${role}`, `${name} check ${ok ? 'passed' : 'failed'}`, ''].join('\n') };
}

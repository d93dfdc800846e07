// When the cloud itself had taken an instance's public address away: from the moment at which a call unbinds the EIP until it is InUse
// again. Real time, epoch milliseconds.
import type { CloudState } from '../sim/cloud/state/cloud-state.ts';

export interface Window {
  readonly publicIp: string;
  readonly fromMs: number;
  toMs: number;
}

export class Windows {
  readonly all: Window[] = [];
  readonly #open = new Map<string, Window>();

  /** After every event of the cloud. */
  look(state: CloudState, nowMs: number): void {
    for (const { ip, status } of state.eips.all()) {
      const window = this.#open.get(ip);
      if (status === 'InUse' && window !== undefined) {
        window.toMs = nowMs;
        this.#open.delete(ip);
      }
      if (status === 'InUse' || window !== undefined) continue;
      const opened = { publicIp: ip, fromMs: nowMs, toMs: Infinity };
      this.#open.set(ip, opened);
      this.all.push(opened);
    }
  }

  of(publicIp: string): readonly Window[] {
    return this.all.filter((window) => window.publicIp === publicIp);
  }
}

// A gate that is open or closed: whoever comes while it is closed waits, and passes when it opens.

export class Gate {
  #opening = Promise.withResolvers<undefined>();
  #isOpen = true;

  open(): void {
    this.#isOpen = true;
    this.#opening.resolve(undefined);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#opening = Promise.withResolvers<undefined>();
  }

  /** Resolves as soon as the gate is open, and looks again: it may have been closed meanwhile. */
  async passed(): Promise<void> {
    while (!this.#isOpen) await this.#opening.promise;
  }
}

// One rule of the oracle: looks at what has happened and reports what must not be to the scene it was made for.
import type { Happening } from './facts/scene.ts';

export interface Rule {
  after(happening: Happening): void;
  /** What must hold once all is quiet. */
  atEnd?(): void;
}

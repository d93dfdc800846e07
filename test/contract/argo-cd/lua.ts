// A Lua interpreter with the libraries that Argo CD gives to a script from argocd-cm, the safe part of `os` left out.
import { LuaFactory, LuaLibraries } from 'wasmoon';
import type { LuaEngine } from 'wasmoon';

/** What a health script says. */
export interface Health {
  readonly status: string;
  readonly message: string;
}

export class HealthCheck implements Disposable {
  readonly #engine: LuaEngine;
  readonly #script: string;

  private constructor(engine: LuaEngine, script: string) {
    this.#engine = engine;
    this.#script = script;
  }

  static async of(script: string): Promise<HealthCheck> {
    const engine = await new LuaFactory().createEngine({ openStandardLibs: false, injectObjects: true, enableProxy: false });
    for (const library of [LuaLibraries.Base, LuaLibraries.Table]) engine.global.loadLibrary(library);
    return new HealthCheck(engine, script);
  }

  /** The verdict on an object. Throws for a script that fails or gives no table of two texts. */
  of(object: unknown): Health {
    this.#engine.global.set('obj', object);
    const said = this.#engine.doStringSync(this.#script) as Partial<Record<keyof Health, unknown>> | null;
    const { status, message } = said ?? {};
    if (typeof status !== 'string' || typeof message !== 'string') throw new Error(`the script gave ${JSON.stringify(said)}`);
    return { status, message };
  }

  [Symbol.dispose](): void {
    this.#engine.global.close();
  }
}

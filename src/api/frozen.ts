// A type that nobody may change. What comes from the API server is shared by every reader of the cache, so it is read-only all through.

/** T with every field and every item read-only, at any depth. */
export type Frozen<T> = T extends readonly (infer Item)[] ? readonly Frozen<Item>[] : T extends object ? { readonly [Key in keyof T]: Frozen<T[Key]> } : T;

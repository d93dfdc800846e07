// Where things are in the image, and as whom they run. The Dockerfile says the same; test/apiserver/image.test.ts compares.

/** `nonroot` of the images that have no shell: 65532. */
export const UID = 65_532;
/** From the root of the image, without a leading slash. */
export const NODE = 'usr/local/bin/node';
export const PROGRAM = 'app/bin/egress-unification.mjs';
export const COMPILE_CACHE = 'app/compile-cache';

// The CustomResourceDefinitions that the suite installs.
import { resolve } from 'node:path';

export const CRDS = [resolve(import.meta.dirname, '../../../crds')];

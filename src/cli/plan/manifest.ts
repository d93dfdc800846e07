/**
 * The EgressUnification of a file, YAML or JSON, as the API server would hold it after `kubectl apply`. Everything that is wrong is said with
 * the name of its field, and a field that does not exist is refused, as `kubectl apply --validate=strict` would.
 */
import { parseAllDocuments } from 'yaml';
import { parseEgressUnification, type EgressUnification } from '../../api/egress-unification.ts';
import { KIND } from '../../api/names.ts';
import { UsageProblem } from '../usage-problem.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

export interface Manifest {
  readonly text: string;
  /** How messages call it. */
  readonly file: string;
}

export interface Surroundings {
  /** RFC 3339. */
  readonly now: string;
  /** What lives under a name already: the file is an edit of it. */
  readonly living: (name: string) => EgressUnification | undefined;
}

/** Throws UsageProblem. */
export function readManifest({ text, file }: Manifest, { now, living }: Surroundings): EgressUnification {
  const wrong = (problems: readonly string[]): never => { throw new UsageProblem(`${file}: ${problems.join('; ')}`); };
  const object = onlyOne(documentsOf(text, wrong), wrong);
  const metadata = isFields(object['metadata']) ? object['metadata'] : {};
  const known = typeof metadata['name'] === 'string' ? living(metadata['name']) : undefined;
  const parsed = parseEgressUnification({ ...object, status: known?.status, metadata: metadataOf(metadata, known, now) });
  if (!parsed.ok) return wrong(parsed.problems);
  const strange = strangers(object['spec'], parsed.resource.spec, 'spec');
  if (strange.length > 0) wrong(strange.map((path) => `${path}: there is no such field`));
  const fixed = known ? (['regionId', 'vpcId'] as const).filter((field) => known.spec[field] !== parsed.resource.spec[field]) : [];
  if (fixed.length > 0) wrong(fixed.map((field) => `spec.${field}: cannot change from ${known?.spec[field] ?? ''}: create another resource`));
  return parsed.resource;
}

function documentsOf(text: string, wrong: (problems: readonly string[]) => never): readonly unknown[] {
  const documents = parseAllDocuments(text);
  if ('empty' in documents) return [];
  const problems = documents.flatMap(({ errors }) => errors.map(({ message }) => message.split('\n')[0]?.replace(/:$/, '') ?? ''));
  return problems.length > 0 ? wrong(problems.slice(0, 1)) : documents.map((document): unknown => document.toJS()).filter((value) => value !== null);
}

function onlyOne(documents: readonly unknown[], wrong: (problems: readonly string[]) => never): Fields {
  const found = documents.filter(isFields).filter(({ kind }) => kind === KIND);
  const [only, another] = found;
  if (only === undefined) return wrong([`holds no ${KIND}: write kind: ${KIND}`]);
  return another === undefined ? only : wrong([`holds ${found.length} objects of kind ${KIND}: plan one at a time`]);
}

/** What the API server would add. A resource that lives keeps what it is known by; an edit is its next generation. */
function metadataOf(metadata: Fields, known: EgressUnification | undefined, now: string): Fields {
  if (known === undefined) return { ...metadata, uid: 'not-applied-yet', generation: 1, creationTimestamp: now };
  const { uid, generation, creationTimestamp, finalizers, annotations } = known.metadata;
  const given = isFields(metadata['annotations']) ? metadata['annotations'] : {};
  return { ...metadata, uid, generation: generation + 1, creationTimestamp, finalizers, annotations: { ...annotations, ...given } };
}

/** Paths of fields that parsing left out, because no schema knows them. */
function strangers(given: unknown, parsed: unknown, path: string): string[] {
  if (!isFields(given) || !isFields(parsed)) return [];
  return Object.entries(given).flatMap(([key, value]) => (key in parsed ? strangers(value, parsed[key], `${path}.${key}`) : [`${path}.${key}`]));
}

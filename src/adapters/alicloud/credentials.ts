/**
 * Which credentials are used is decided once, here, from what was handed in; never by the SDK's default chain, which sticks to the last
 * provider that it tried, even to one that failed, and falls through to the node's own role (facts 9.4). A choice that cannot be made is a
 * CredentialsProblem with one line that says what to set.
 */
import { ECSRAMRoleCredentialsProvider, OIDCRoleArnCredentialsProvider } from '@alicloud/credentials';
import type { Clock } from '../../ports/runtime.ts';
import { stsHost, type CloudNetwork } from './endpoints.ts';
import { readKeyFiles, rereadKeyFiles, type ReadText } from './key-files.ts';
import { singleFlight, type Keys, type KeySource } from './keys.ts';

export const CREDENTIAL_KINDS = ['auto', 'rrsa', 'file', 'environment', 'ecs-role'] as const;
export type CredentialsKind = (typeof CREDENTIAL_KINDS)[number];

export interface CredentialsChoice {
  readonly kind: CredentialsKind;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Directory of access-key-id, access-key-secret and security-token. */
  readonly directory?: string;
  /** Name of the instance role; absent: the metadata service says which. */
  readonly ecsRoleName?: string;
  readonly network: CloudNetwork;
  readonly clock: Clock;
  readonly readText: ReadText;
}

/** Nothing to work with, or only half of it. The message is one line for the person who starts the controller. */
export class CredentialsProblem extends Error {
  override readonly name = 'CredentialsProblem';
}

const RRSA = ['ALIBABA_CLOUD_ROLE_ARN', 'ALIBABA_CLOUD_OIDC_PROVIDER_ARN', 'ALIBABA_CLOUD_OIDC_TOKEN_FILE'] as const;
const KEYS = ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET'] as const;
const TIMEOUT_MS = 5000;

/** Throws CredentialsProblem. `auto`: RRSA when its three variables are there, else keys in the environment, else mounted files. */
export async function chooseCredentials(choice: CredentialsChoice): Promise<KeySource> {
  switch (choice.kind) {
    case 'rrsa': return rrsa(choice);
    case 'environment': return environment(choice);
    case 'file': return files(choice);
    case 'ecs-role': return ecsRole(choice);
    case 'auto': return automatic(choice);
  }
}

const isSet = (choice: CredentialsChoice, name: string): boolean => (choice.env[name] ?? '') !== '';

async function automatic(choice: CredentialsChoice): Promise<KeySource> {
  if (RRSA.every((name) => isSet(choice, name))) return rrsa(choice);
  if (KEYS.some((name) => isSet(choice, name))) return environment(choice);
  if (choice.directory !== undefined) return files(choice);
  throw new CredentialsProblem(
    `no credentials: use RRSA (${RRSA.join(', ')}), or set ${KEYS.join(' and ')}, or mount access-key-id and access-key-secret and name their directory`,
  );
}

/** The values of the variables, or one line that names those that are not set. */
function required<const N extends readonly string[]>(choice: CredentialsChoice, names: N): { readonly [I in keyof N]: string } {
  const missing = names.filter((name) => !isSet(choice, name));
  if (missing.length > 0) throw new CredentialsProblem(`credentials '${choice.kind}': ${missing.join(' and ')} must be set`);
  return names.map((name) => choice.env[name] ?? '') as { readonly [I in keyof N]: string };
}

/** What the SDK's providers answer. */
interface SdkKeys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
}

const ofSdk = async (provider: { getCredentials(): Promise<SdkKeys> }): Promise<Keys> => {
  const { accessKeyId, accessKeySecret, securityToken } = await provider.getCredentials();
  return { accessKeyId, accessKeySecret, securityToken };
};

/** The provider keeps the session, reads the token file at each exchange and refreshes a quarter of an hour before the end. */
function rrsa(choice: CredentialsChoice): KeySource {
  const [roleArn, providerArn, tokenFile] = required(choice, RRSA);
  const set = (name: string): string | undefined => (isSet(choice, name) ? choice.env[name] : undefined);
  const provider = OIDCRoleArnCredentialsProvider.builder()
    .withRoleArn(roleArn).withOIDCProviderArn(providerArn).withOIDCTokenFilePath(tokenFile)
    .withRoleSessionName(set('ALIBABA_CLOUD_ROLE_SESSION_NAME') ?? 'egress-unification')
    .withStsEndpoint(stsHost(set('ALIBABA_CLOUD_STS_REGION'), choice.network))
    .withConnectTimeout(TIMEOUT_MS).withReadTimeout(TIMEOUT_MS)
    .build();
  return singleFlight('rrsa', () => ofSdk(provider));
}

function environment(choice: CredentialsChoice): KeySource {
  const [accessKeyId, accessKeySecret] = required(choice, KEYS);
  const securityToken = choice.env['ALIBABA_CLOUD_SECURITY_TOKEN'] ?? '';
  return fixedKeys('environment', { accessKeyId, accessKeySecret, ...(securityToken !== '' && { securityToken }) });
}

/** Keys that never change while the process lives. */
export function fixedKeys(name: string, keys: Keys): KeySource {
  return { name, get: () => Promise.resolve(keys) };
}

async function files(choice: CredentialsChoice): Promise<KeySource> {
  const { directory, readText: read } = choice;
  if (directory === undefined) throw new CredentialsProblem(`credentials '${choice.kind}': the directory of the key files must be given`);
  const keys = await readKeyFiles({ directory, read });
  if ('missing' in keys) throw new CredentialsProblem(`credentials '${choice.kind}': ${keys.missing.map((name) => `${directory}/${name}`).join(' and ')} must exist and not be empty`);
  return singleFlight('file', rereadKeyFiles({ directory, read }, choice.clock, keys));
}

function ecsRole(choice: CredentialsChoice): KeySource {
  const builder = ECSRAMRoleCredentialsProvider.builder().withDisableIMDSv1(true).withConnectTimeout(TIMEOUT_MS).withReadTimeout(TIMEOUT_MS);
  const provider = (choice.ecsRoleName === undefined ? builder : builder.withRoleName(choice.ecsRoleName)).build();
  return singleFlight('ecs-role', () => ofSdk(provider));
}

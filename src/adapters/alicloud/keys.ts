/**
 * Keys, and where they come from while the controller runs. Every source is asked once at a time, however many calls wait for it, because
 * the SDK's providers would each go to the token service (facts 9.4). Keys live in memory only and are never logged.
 */
import credentialsModule from '@alicloud/credentials';
import { knownClassOf } from './error-table.ts';
import { CredentialsUnavailable } from './classify.ts';

// CommonJS package: the class is the default export inside the default export
const Credential = credentialsModule.default;
export type SdkCredential = InstanceType<typeof Credential>;

export interface Keys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

export interface KeySource {
  /** For the log and the provider header: where the keys come from, nothing of the keys. */
  readonly name: string;
  /** Rejects with CredentialsUnavailable. */
  get(): Promise<Keys>;
}

/** Shares one question among all that ask while it is open, and makes one kind of error of whatever goes wrong. */
export function singleFlight(name: string, fetch: () => Promise<Keys>): KeySource {
  let open: Promise<Keys> | undefined;
  const begin = async (): Promise<Keys> => {
    try {
      return await fetch();
    } catch (error) {
      throw unavailable(name, error);
    } finally {
      open = undefined;
    }
  };
  return { name, get: () => (open ??= begin()) };
}

/** The SDK quotes an answer that it could not read, though it may hold the very keys, and in a shape that nobody knows. */
const withoutSpoiltAnswer = (message: string): string => message.replace(/(unmarshal fail|json parse failed): .*$/s, '$1');

/** A refusal by the token service names a code in its answer; anything else may pass. */
function unavailable(name: string, error: unknown): CredentialsUnavailable {
  const message = withoutSpoiltAnswer(error instanceof Error ? error.message : String(error));
  const code = /"Code"\s*:\s*"([^"]+)"/.exec(message)?.[1];
  const known = code === undefined ? 'unclear' : (knownClassOf('AssumeRoleWithOIDC', code) ?? 'forbidden');
  const passing = known === 'unclear' || known === 'throttled' || known === 'busy';
  return new CredentialsUnavailable(`credentials (${name}) could not be had: ${message}`, passing ? 'unavailable' : 'forbidden');
}

/** In the shape that the SDK's clients take. */
export function toSdkCredential(source: KeySource): SdkCredential {
  return new Credential(null, {
    getProviderName: () => source.name,
    getCredentials: async () => ({ ...(await source.get()), providerName: source.name }),
  });
}

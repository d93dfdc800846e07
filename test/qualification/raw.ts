// Calls below the product's adapter, for what the product itself never sends: any action with any parameters, and the answer as it is. The SDK
// signs and sends; nothing is sent twice.
import { $OpenApiUtil, AlibabaCloudError, OpenApiUtil, ThrottlingError } from '@alicloud/openapi-core';
import { RuntimeOptions } from '@darabonba/typescript';
import { socketClients, type ClientOptions, type Clients } from '../../src/adapters/alicloud/clients.ts';
import type { Product } from '../../src/api/cloud-actions.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface RawAnswer {
  readonly status: number;
  /** '' for success. */
  readonly code: string;
  readonly body: Json;
}

/** A call that the cloud refused as too many. */
export interface Throttle {
  readonly action: string;
  readonly code: string;
  readonly status: number;
  /** What the SDK read from x-acs-retry-after. */
  readonly retryAfter: number | undefined;
}

const VERSION: Readonly<Record<Product, string>> = { ecs: '2014-05-26', vpc: '2016-04-28' };

export class Raw {
  readonly throttles: Throttle[] = [];
  readonly #options: ClientOptions;
  readonly #clients: Clients;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#clients = socketClients(options);
  }

  /** The same endpoints with other credentials. */
  as(credentials: ClientOptions['credentials']): Raw {
    return new Raw({ ...this.#options, credentials });
  }

  /** Rejects only when no answer came. */
  async call(product: Product, action: string, parameters: Json): Promise<RawAnswer> {
    const params = new $OpenApiUtil.Params({
      action, version: VERSION[product], protocol: this.#options.endpoints[product].protocol, pathname: '/', method: 'POST', authType: 'AK', style: 'RPC',
      reqBodyType: 'formData', bodyType: 'json',
    });
    const request = new $OpenApiUtil.OpenApiRequest({ query: OpenApiUtil.query({ RegionId: this.#options.regionId, ...parameters }) });
    try {
      const { statusCode, body } = await this.#clients[product].callApi(params, request, new RuntimeOptions({})) as { readonly statusCode: number; readonly body: Json };
      return { status: statusCode, code: '', body };
    } catch (error) {
      return this.#refusal(action, error);
    }
  }

  /** As `call`; what is not a success is an error with the action's name. */
  async must(product: Product, action: string, parameters: Json): Promise<Json> {
    const { code, status, body } = await this.call(product, action, parameters);
    if (code !== '') throw new Error(`${action} was refused: ${code} (${status}), request ${textIn(body, 'RequestId')}`);
    return body;
  }

  #refusal(action: string, error: unknown): RawAnswer {
    if (!(error instanceof AlibabaCloudError)) throw error;
    const { code = '', statusCode = 0, data } = error as unknown as { readonly code?: string; readonly statusCode?: number; readonly data?: Json };
    if (code === '') throw error;
    if (code.includes('Throttling')) this.throttles.push({ action, code, status: statusCode, retryAfter: error instanceof ThrottlingError ? error.retryAfter : undefined });
    return { status: statusCode, code, body: data ?? {} };
  }
}

/** A field of an answer that should be text; '' where it is not there. */
export function textIn(body: Json, field: string): string {
  const value = body[field];
  return typeof value === 'string' ? value : '';
}

/** An answer in a few words, for the report. */
export const wordsOf = ({ code, status }: RawAnswer): string => (code === '' ? `accepted (${status})` : `${code} (${status})`);

/**
 * The SDK's typed clients, one pair per region, as they are: no retries of theirs, no endpoint rules of theirs, both time-outs set, because
 * the shorter of the two is what counts (facts 9.3). Over a transport that is given, a pair that opens no socket: the SDK still flattens
 * the requests and casts the answers (facts section 13), and errors are what it would have made of the same answers.
 */
import ecsModule from '@alicloud/ecs20140526';
import vpcModule from '@alicloud/vpc20160428';
import { $OpenApiUtil, ClientError, OpenApiUtil, ServerError, ThrottlingError } from '@alicloud/openapi-core';
import type { Product } from '../../api/cloud-actions.ts';
import { toSdkCredential, type KeySource } from './keys.ts';
import type { Endpoint } from './endpoints.ts';

// CommonJS packages: the client class is the default export inside the default export
const Ecs = ecsModule.default;
const Vpc = vpcModule.default;

export type EcsClient = InstanceType<typeof Ecs>;
export type VpcClient = InstanceType<typeof Vpc>;

export interface Clients {
  readonly ecs: EcsClient;
  readonly vpc: VpcClient;
}

/** A call as it would stand on the wire: `query` flat, as the SDK flattens it (`Tag.1.Key`). */
export interface WireCall {
  readonly product: Product;
  readonly action: string;
  readonly query: Readonly<Record<string, string>>;
}

export interface WireAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or text that is no JSON, as a gateway's page. */
  readonly body: Readonly<Record<string, unknown>> | string;
}

/** Takes the place of sockets. A rejection is a broken connection; its error is passed on as it is. */
export type Transport = (call: WireCall) => Promise<WireAnswer>;

export interface ClientOptions {
  readonly regionId: string;
  readonly endpoints: Readonly<Record<Product, Endpoint>>;
  readonly credentials: KeySource;
  readonly timeoutMs: number;
  readonly userAgent: string;
}

function configOf(options: ClientOptions, product: Product): $OpenApiUtil.Config {
  const { protocol, host } = options.endpoints[product];
  return new $OpenApiUtil.Config({
    credential: toSdkCredential(options.credentials), regionId: options.regionId, protocol, endpoint: host, userAgent: options.userAgent,
    connectTimeout: options.timeoutMs, readTimeout: options.timeoutMs,
  });
}

export function socketClients(options: ClientOptions): Clients {
  return { ecs: new Ecs(configOf(options, 'ecs')), vpc: new Vpc(configOf(options, 'vpc')) };
}

/** What the SDK's callApi gives to the casts. */
type Answer = Record<string, unknown>;

/** As the SDK: an answer that is no JSON is a SyntaxError, and a status of 400 or more an error with the fields of the body. */
function readAnswer({ statusCode, headers, body }: WireAnswer): Answer {
  const json = typeof body === 'string' ? (JSON.parse(body) as Answer) : body;
  if (statusCode < 400) return { statusCode, headers, body: json };
  const [code, requestId, message] = ['Code', 'RequestId', 'Message'].map((name) => String(json[name]));
  const fields = { statusCode, code, requestId, data: json, message: `code: ${statusCode}, ${String(message)} request id: ${String(requestId)}` };
  if (code?.includes('Throttling')) throw new ThrottlingError({ ...fields, retryAfter: OpenApiUtil.getThrottlingTimeLeft(headers) });
  throw statusCode < 500 ? new ClientError(fields) : new ServerError(fields);
}

const send = async (transport: Transport, product: Product, params: $OpenApiUtil.Params, request: $OpenApiUtil.OpenApiRequest): Promise<Answer> =>
  readAnswer(await transport({ product, action: params.action, query: request.query ?? {} }));

export function transportClients(options: ClientOptions, transport: Transport): Clients {
  class EcsOverTransport extends Ecs {
    override async callApi(params: $OpenApiUtil.Params, request: $OpenApiUtil.OpenApiRequest): Promise<Answer> {
      return send(transport, 'ecs', params, request);
    }
  }
  class VpcOverTransport extends Vpc {
    override async callApi(params: $OpenApiUtil.Params, request: $OpenApiUtil.OpenApiRequest): Promise<Answer> {
      return send(transport, 'vpc', params, request);
    }
  }
  return { ecs: new EcsOverTransport(configOf(options, 'ecs')), vpc: new VpcOverTransport(configOf(options, 'vpc')) };
}

// Tells what a request asks for: product by version, action, parameters, and by which scheme it is signed.

import type { CloudRequest } from '../engine/cloud.ts';
import type { Product } from '../engine/call.ts';
import { authenticateAcs3, isAcs3 } from './acs3.ts';
import type { Gatekeeper } from './credentials.ts';
import { formOf, type WireRequest } from './http-request.ts';
import { allParameters, authenticateRpc, withoutProtocol } from './rpc.ts';

const products: Readonly<Record<string, Product>> = { '2014-05-26': 'ecs', '2016-04-28': 'vpc' };

export interface Routed {
  readonly request: CloudRequest;
  /** Checks the signature and gives the caller's AccessKey id; throws the refusal. */
  readonly authenticate: (gatekeeper: Gatekeeper) => string;
}

export const route = (wire: WireRequest): Routed => (isAcs3(wire) ? routeAcs3(wire) : routeRpc(wire));

function routeAcs3(wire: WireRequest): Routed {
  const params = Object.fromEntries([...wire.query, ...formOf(wire)]);
  return {
    request: { ...target(wire.headers['x-acs-version'], wire.headers['x-acs-action']), params },
    authenticate: (gatekeeper) => authenticateAcs3(wire, gatekeeper),
  };
}

function routeRpc(wire: WireRequest): Routed {
  const parameters = allParameters(wire);
  return {
    request: { ...target(parameters.get('Version'), parameters.get('Action')), params: withoutProtocol(parameters) },
    authenticate: (gatekeeper) => authenticateRpc(wire, gatekeeper),
  };
}

/** An unknown version is taken for ECS with an action that does not exist, so that it is answered like any other wrong call. */
function target(version = '', action = ''): Pick<CloudRequest, 'product' | 'action'> {
  const product = products[version];
  return product ? { product, action } : { product: 'ecs', action: `${action}@${version}` };
}

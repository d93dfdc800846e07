/**
 * What the cloud's codes mean, as data (law 9). Codes are matched exactly first (for one action, then for all), then by family; HTTP
 * status plays no part, because not-found codes come as 400, 403 and 404 (facts section 4). A code that is nowhere here is `refused`:
 * a person sees the cloud's own sentence. The lists hold what our actions can meet; each names where it is documented.
 */
import type { CloudErrorKind } from '../../ports/cloud-error.ts';

/** `unclear`: the cloud failed on the way. A read is then `unavailable`; whether a write took effect is not known: `ambiguous`. */
export type ErrorClass = CloudErrorKind | 'unclear';

/** Code → class, the same for every action. */
export const CODES: Readonly<Record<ErrorClass, readonly string[]>> = {
  /** Throttling has one family, below. */
  throttled: [],

  /** Not executed, and gone once the credentials are fetched anew (facts section 4, Auth). */
  unavailable: ['InvalidSecurityToken.Expired'],

  ambiguous: [],

  /** Facts section 4 "Server transient", and 3.2 ResourceQueryError. A used nonce means that this very request came twice. */
  unclear: ['UnknownError', 'SignatureNonceUsed', 'ResourceQueryError', 'SystemBusy', 'OperationFailed.SystemBusy', 'RequestTimeout'],

  /** In transition or in use by another task: facts section 4 "Conflict/transition", 2.4, 2.8-2.10, 3.2, 3.3. */
  busy: [
    'TaskConflict', 'OperationConflict', 'Operation.Conflict', 'VPC_TASK_CONFLICT', 'LastTokenProcessing', 'InvalidBindingStatus',
    'InvalidOperation.InvalidEniState', 'InvalidOperation.InvalidEcsState', 'InvalidOperation.InvalidEniType',
    'InvalidOperation.HasMemberEniAttached', 'InvalidOperation.Conflict', 'OperationFailed.EcsMigrating',
    'InstanceHasProcessingConvertOrder', 'ChargeTypeViolation',
    // the view on which the step was planned is behind: the target has the EIP already, the address is an EIP already, the ENI has moved
    'InvalidAssociation.Duplicated', 'ResourceAlreadyAssociated.IpAddress', 'InvalidInstance.IpAddressMissing', 'InvalidParameter.EniNotBelongEcs',
    // Cloud Assistant (facts 2.14): "check whether the status of the instance meets the conditions for running the command"
    'InvalidInstance.NotMatch', 'IdempotentProcessing',
  ],

  /** Facts 3.2 (spelt without the usual ending). Everything that ends in NotFound or NotExist is a family, below. */
  notFound: ['OperationFailed.InstanceNotExist'],

  /** Facts 2.3, 2.7, 2.8, 3.2: limits that only a person can raise. */
  quota: [
    'MaxEIPQuotaExceeded', 'EIPMaxBandwidthExceeded', 'MaxEniCountExceeded', 'EniPerInstanceLimitExceeded', 'SecurityGroupInstanceLimitExceed',
    'InvalidVSwitchId.IpNotEnough', 'InvalidOperation.Ipv4CountExceeded', 'CmdCount.ExceedQuota', 'Invocation.ExceedQuota',
  ],

  /** Facts section 4 "Auth/config", section 10, 2.4, 3.2. */
  forbidden: [
    'Forbidden', 'Forbidden.RAM', 'Forbidden.SubUser', 'Forbidden.Unauthorized', 'Forbidden.AccessKeyDisabled', 'OperationDenied.Unauthorized', 'Operation.Forbidden',
    'IncompleteSignature', 'IllegalTimestamp', 'SignatureDoesNotMatch', 'InvalidCredentials', 'InvalidAccessKeyId.NotFound',
  ],

  /** What would otherwise fall into a family whose meaning is another: facts 2.4, 3.3 and the gateway's own refusals. */
  refused: [
    'InvalidStatus.ValueNotSupported', 'InvalidStatus.SnatOrDnat', 'InvalidInstanceStatus.Released',
    'InvalidAction.NotFound', 'InvalidRegionId.NotFound', 'InvalidVersion.NotFound',
  ],
};

/** Action → code → class, where the facts give a code another meaning for one action. */
export const ACTION_CODES: Readonly<Record<string, Readonly<Record<string, ErrorClass>>>> = {
  // the EIP is bound, but to another kind of thing than we saw (facts 3.3): look again; for Associate it is a mistake of the caller (3.2)
  UnassociateEipAddress: { 'InvalidInstanceType.ValueNotSupported': 'busy' },
};

/** First match wins, after the exact codes. */
export const FAMILIES: readonly (readonly [RegExp, ErrorClass])[] = [
  // facts section 4: "code contains Throttling", whatever the status
  [/Throttling/, 'throttled'],
  [/^(ServiceUnavailable|InternalError)(\.|$)/, 'unclear'],
  [/\.Not(Found|Exist)$/, 'notFound'],
  [/^QuotaExceed(ed)?(\.|$)/, 'quota'],
  [/^(NoPermission|InvalidAccessKeyId|InvalidSecurityToken|AuthenticationFail)(\.|$)/, 'forbidden'],
  // IncorrectEipStatus, IncorrectInstanceStatus, IncorrectStatus.NatGateway, InvalidStatus.EcsStatusNotSupport and their kin
  [/^Incorrect[A-Za-z]*Status(\.|$)|^InvalidStatus\./, 'busy'],
];

/** Quotas of the whole account in the region, not of one object (facts 2.3, 2.7): the next instance would meet them too. */
export const ACCOUNT_QUOTAS: readonly string[] = ['MaxEIPQuotaExceeded', 'MaxEniCountExceeded'];

/** The client token belongs to a failed or different request for good (facts 2.7: Terway drops it): only another token can go on. */
export const SPENT_TOKENS: readonly string[] = ['IdempotentFailed', 'IdempotentParameterMismatch'];

/** Action → how long it stays throttled when the cloud does not say (facts 2.4: "try again after 5 minutes"); others: to the next minute. */
export const THROTTLED_FOR_MS: Readonly<Record<string, number>> = { ModifyInstanceChargeType: 300_000 };

/** Codes of the operating system with which nothing was sent at all: a write cannot have had an effect. */
export const UNSENT: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ERR_TLS_CERT_ALTNAME_INVALID', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_HAS_EXPIRED'];

const byCode: ReadonlyMap<string, ErrorClass> = new Map(
  Object.entries(CODES).flatMap(([kind, codes]) => codes.map((code) => [code, kind as ErrorClass] as const)),
);

/** Exactly one class for every code; undefined only where the table does not know the code. */
export function knownClassOf(action: string, code: string): ErrorClass | undefined {
  const own = Object.entries(ACTION_CODES[action] ?? {}).find(([known]) => known === code)?.[1];
  return own ?? byCode.get(code) ?? FAMILIES.find(([pattern]) => pattern.test(code))?.[1];
}

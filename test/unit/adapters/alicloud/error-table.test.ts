import { expect } from 'chai';
import fc from 'fast-check';
import { ACCOUNT_QUOTAS, ACTION_CODES, CODES, FAMILIES, knownClassOf, SPENT_TOKENS, UNSENT } from '../../../../src/adapters/alicloud/error-table.ts';
import { toCloudError } from '../../../../src/adapters/alicloud/classify.ts';

const kinds = ['throttled', 'unavailable', 'ambiguous', 'busy', 'notFound', 'quota', 'forbidden', 'refused'];
const rows = Object.entries(CODES).flatMap(([kind, codes]) => codes.map((code) => ({ code, kind })));
const kindOf = (code: string, mutates: boolean, action = 'AnyAction'): string => toCloudError({ code, statusCode: 400, message: 'x' }, { action, mutates }, 0).detail.kind;

describe('the error table', () => {
  it('has every code once', () => {
    expect(new Set(rows.map(({ code }) => code)).size).to.equal(rows.length);
  });

  for (const { code, kind } of rows) {
    it(`says that ${code} is ${kind}, for reads and writes`, () => {
      expect(kindOf(code, false)).to.equal(kind === 'unclear' ? 'unavailable' : kind);
      expect(kindOf(code, true)).to.equal(kind === 'unclear' ? 'ambiguous' : kind);
    });
  }

  const members: Readonly<Record<string, string>> = {
    'Throttling': 'throttled', 'Throttling.User': 'throttled', 'Rejected.Throttling': 'throttled', 'OperationFailed.Throttling': 'throttled', 'Throttling.DeepPageSkip': 'throttled',
    'ServiceUnavailable.RegionMaintaining': 'ambiguous', 'InternalError': 'ambiguous', 'InternalError.Dispatch': 'ambiguous',
    'InvalidEniId.NotFound': 'notFound', 'InvalidInstanId.NotFound': 'notFound', 'InvalidInstance.NotExist': 'notFound', 'InvalidAllocationId.NotFound': 'notFound', 'InvalidNicOrVm.NotFound': 'notFound',
    'QuotaExceed.RufundVcpu': 'quota', 'QuotaExceeded.InternetBandwidth': 'quota', 'QuotaExceed.Tags': 'quota',
    'NoPermission': 'forbidden', 'NoPermission.Refund': 'forbidden', 'InvalidSecurityToken.MismatchWithAccessKey': 'forbidden', 'InvalidAccessKeyId.Inactive': 'forbidden',
    'IncorrectEipStatus': 'busy', 'IncorrectInstanceStatus': 'busy', 'IncorrectStatus.NatGateway': 'busy', 'IncorrectVSwitchStatus': 'busy', 'InvalidStatus.InstanceHasBandWidth': 'busy',
  };
  for (const [code, kind] of Object.entries(members)) {
    it(`has ${code} in the family of what is ${kind}`, () => expect(kindOf(code, true)).to.equal(kind));
  }

  const refusals = [
    'InvalidEndTime.OperateNotSupport', 'InvalidInternetChargeType.ValueNotSupported', 'InvalidInstance.ZeroBandwidth', 'Forbidden.InvalidPublicBandwidth', 'InvalidInstanceId.PlanedChange',
    'InvalidOperation.HotPlugNotSupport', 'InvalidOperation.AvailabilityZoneMismatch', 'EIP_CAN_NOT_ASSOCIATE_WITH_PUBLIC_IP', 'BIND_INSTANCE_HAVE_PORTMAP_OR_BIND_EIP', 'Forbidden.FinancialLocked',
    'DependencyViolation.SnatEntry', 'InvalidEip.EipQuotaExceeded', 'InvalidInstanceType.ValueNotSupported', 'OperationDenied', 'MissingParameter', 'IdempotentFailed',
  ];
  for (const code of refusals) {
    it(`leaves ${code} to a person`, () => expect(kindOf(code, true)).to.equal('refused'));
  }

  it('gives a code another meaning for one action only where that action is named', () => {
    for (const [action, codes] of Object.entries(ACTION_CODES)) {
      for (const [code, kind] of Object.entries(codes)) {
        expect(kindOf(code, true, action)).to.equal(kind);
        expect(kindOf(code, true)).not.to.equal(kind);
      }
    }
  });

  it('knows quotas of the account and spent tokens by codes that it has', () => {
    for (const code of ACCOUNT_QUOTAS) expect(knownClassOf('', code)).to.equal('quota');
    for (const code of SPENT_TOKENS) expect(kindOf(code, true)).to.equal('refused');
  });

  it('has no family that nothing falls into', () => {
    const codes = Object.keys(members);
    for (const [pattern] of FAMILIES) expect(codes.some((code) => pattern.test(code)), String(pattern)).to.be.true;
  });

  it('has no code that a family would class the same: such a row says nothing', () => {
    const idle = rows.filter(({ code, kind }) => FAMILIES.find(([pattern]) => pattern.test(code))?.[1] === kind);
    expect(idle.map(({ code }) => code)).to.deep.equal([]);
  });

  it('gives every code exactly one kind, the same each time, whatever the HTTP status below 500', () => {
    const code = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom(...rows.map((row) => row.code), ...Object.keys(members), 'constructor', '__proto__', 'toString'));
    fc.assert(fc.property(code, fc.boolean(), fc.constantFrom(400, 403, 404, 409, 429), (given, mutates, statusCode) => {
      fc.pre(!UNSENT.includes(given) && given !== 'undefined');
      const { kind } = toCloudError({ code: given, statusCode, message: 'x' }, { action: 'AnyAction', mutates }, 0).detail;
      expect(kinds).to.include(kind);
      expect(kind).to.equal(kindOf(given, mutates));
    }));
  });
});

/**
 * Instance types that attach and detach ENIs only while Stopped. No field of the API says so; the list is that of the
 * documentation (facts 2.8; the newest page was cut off, so the cloud's refusal HotPlugNotSupport is handled as well).
 */
const COLD_PLUG_TYPES: ReadonlySet<string> = new Set(
  [
    't5-lc2m1.nano', 't5-c1m1.large', 't5-c1m2.large', 't5-c1m4.large', 't5-lc1m1.small', 't5-lc1m2.large', 't5-lc1m2.small', 't5-lc1m4.large',
    't6-c1m1.large', 't6-c1m2.large', 't6-c1m4.large', 't6-c2m1.large', 't6-c4m1.large',
    's6-c1m1.small', 's6-c1m2.large', 's6-c1m2.small', 's6-c1m4.large', 's6-c1m4.small',
    'e-c1m1.large', 'e-c1m2.large', 'e-c1m4.large', 'e-c4m1.large', 'e-c2m1.large',
    'xn4.small', 'n4.small', 'n4.large', 'mn4.small', 'mn4.large', 'e4.small', 'e4.large',
  ].map((name) => `ecs.${name}`),
);

/** Whether an ENI can be attached to or detached from a running instance of this type, as far as is known. */
export const supportsHotPlug = (instanceType: string): boolean => !COLD_PLUG_TYPES.has(instanceType);

// Names of cloud objects as fields. The forms are those of the ids in the SDK's documentation (facts section 2 and 3); letters, digits
// and hyphens after the prefix, because the cloud promises no more than that.
import type { TextRule } from './fields.ts';

const idOf = (prefix: string, what: string): TextRule => ({
  pattern: new RegExp(`^${prefix}-[a-z0-9][a-z0-9-]*$`),
  lengthMax: 64,
  remedy: `write the id of ${what}, which begins with "${prefix}-"`,
});

export const REGION_ID: TextRule = {
  // the last part of a zone id is one letter (cn-hangzhou-h) or begins with a digit (us-east-1a); that of a region id is neither
  pattern: /^[a-z]+(-([a-z][a-z0-9]+|[0-9]+))+$/,
  lengthMax: 32,
  remedy: 'write a region id, such as cn-hangzhou or ap-southeast-1; a zone id is not one',
};

export const INSTANCE_ID = idOf('i', 'an ECS instance');
export const VPC_ID = idOf('vpc', 'a VPC');
export const VSWITCH_ID = idOf('vsw', 'a vSwitch');
export const NAT_GATEWAY_ID = idOf('ngw', 'an Internet NAT gateway');
export const SECURITY_GROUP_ID = idOf('sg', 'a security group');

const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';

export const IPV4: TextRule = {
  pattern: new RegExp(`^(${OCTET}[.]){3}${OCTET}$`),
  lengthMax: 15,
  remedy: 'write an IPv4 address, such as 47.98.1.2',
};

export const IPV4_RANGE: TextRule = {
  pattern: new RegExp(`^(${OCTET}[.]){3}${OCTET}/([1-2]?[0-9]|3[0-2])$`),
  lengthMax: 18,
  remedy: 'write an IPv4 range, such as 47.98.0.0/16',
};

/** Only what needs no quoting anywhere: the guest's shell gets it as a parameter. */
export const ECHO_SERVICE: TextRule = {
  pattern: /^https:\/\/[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:[1-9][0-9]{0,4})?(\/[A-Za-z0-9._/-]*)?$/,
  lengthMax: 253,
  remedy: 'write an https URL of a host name, such as https://myip.ipip.net, without user, query or fragment',
};

// Every code with which the simulated cloud refuses a call: its HTTP status and message, in the cloud's own spelling (several are
// misspelt there, and callers match on them). Callers must not classify by status: not-found codes appear as 400, 403 and 404.

const rows = {
  'MissingParameter': [400, 'The input parameter that is mandatory for processing this request is not supplied.'],
  'InvalidParameter': [400, 'The specified parameter is not valid.'],
  'InvalidInstanceIds.Malformed': [400, 'The parameter InstanceIds is malformed.'],
  'InvalidRegionId.NotFound': [404, 'The specified RegionId does not exist.'],
  'InvalidAction.NotFound': [404, 'Specified api is not found, please check your url and method.'],
  'DryRunOperation': [400, 'Request validation has been passed with DryRun flag set.'],
  'ServiceUnavailable': [503, 'The request has failed due to a temporary failure of the server.'],
  'InternalError': [500, 'The request processing has failed due to some unknown error.'],
  'Forbidden.RAM': [403, 'User not authorized to operate on the specified resource, or this API doesn\'t support RAM.'],
  'Throttling.User': [400, 'Request was denied due to user flow control.'],
  'IdempotentParameterMismatch': [400, 'The request uses the same client token as a previous, but non-identical request.'],
  'LastTokenProcessing': [403, 'The last token request is processing.'],
  'InstanceLockedForSecurity': [403, 'The instance is locked due to security.'],
  // Authentication
  'InvalidAccessKeyId.NotFound': [404, 'Specified access key is not found.'],
  'SignatureDoesNotMatch': [400, 'Specified signature is not matched with our calculation.'],
  'IncompleteSignature': [400, 'The request signature does not conform to Aliyun standards.'],
  'SignatureNonceUsed': [400, 'Specified signature nonce was used already.'],
  'IllegalTimestamp': [400, 'The input parameter "Timestamp" that is mandatory for processing this request is not supplied or is out of range.'],
  'InvalidSecurityToken.MismatchWithAccessKey': [403, 'Specified security token does not match the access key.'],
  // Instances
  'InvalidInstanceId.NotFound': [404, 'The specified InstanceId does not exist.'],
  'InvalidInstance.IpAddressMissing': [404, 'The specified instance has no public IP address.'],
  'IncorrectInstanceStatus': [403, 'The current status of the resource does not support this operation.'],
  'OperationDenied': [403, 'The operation is denied.'],
  'InvalidInstanceId.PlanedChange': [403, 'The instance has a pending configuration change.'],
  'InvalidEndTime.OperateNotSupport': [403, 'The instance expires within 24 hours.'],
  'InvalidInternetChargeType.ValueNotSupported': [403, 'The billing method of the public bandwidth of a subscription instance must be pay-by-traffic.'],
  'InvalidInstance.ZeroBandwidth': [403, 'The public bandwidth of the instance is 0 Mbit/s.'],
  'MaxEIPQuotaExceeded': [403, 'The number of EIPs exceeds the quota of the account.'],
  'ExpiredInstance': [403, 'The specified instance has expired.'],
  'InvalidStatus.ValueNotSupported': [403, 'The current status of the instance does not support this operation.'],
  'InstanceHasProcessingConvertOrder': [400, 'The instance has an order of the same kind in progress.'],
  'ReleaseTimeHaveBeenSet': [403, 'A release time has been set for the instance.'],
  'QuotaExceed.RufundVcpu': [400, 'The monthly quota of refunded vCPU hours is exceeded.'],
  // Network interfaces
  'InvalidEniId.NotFound': [404, 'The specified NetworkInterfaceId does not exist.'],
  'InvalidEcsId.NotFound': [404, 'The specified EcsId does not exist.'],
  'InvalidVSwitchId.NotFound': [404, 'The specified VSwitchId does not exist.'],
  'InvalidVSwitchId.IpNotEnough': [403, 'The vSwitch has not enough idle private addresses.'],
  'InvalidVSwitchId.IpInvalid': [403, 'The specified private address is not valid in the vSwitch.'],
  'InvalidIp.IpRepeated': [403, 'The specified private address is in use.'],
  'InvalidSecurityGroupId.NotFound': [404, 'The specified SecurityGroupId does not exist.'],
  'InvalidSecurityGroup.InvalidNetworkType': [403, 'Basic and advanced security groups cannot be mixed on one network interface.'],
  'SecurityGroupInstanceLimitExceed': [403, 'The number of private addresses in the security group, or of groups on the network interface, exceeds the limit.'],
  'MaxEniCountExceeded': [403, 'The number of network interfaces exceeds the quota of the account.'],
  'QuotaExceed.Tags': [403, 'The number of tags exceeds the quota of the resource.'],
  'InvalidTagKey.Malformed': [400, 'The specified tag key is not valid.'],
  'InvalidOperation.VpcMismatch': [403, 'The resources are not in the same VPC.'],
  'InvalidOperation.AvailabilityZoneMismatch': [403, 'The resources are not in the same zone.'],
  'InvalidOperation.InvalidEniState': [403, 'The state of the network interface does not support this operation.'],
  'InvalidOperation.InvalidEniType': [403, 'The type of the network interface does not support this operation.'],
  'InvalidOperation.InvalidEcsState': [403, 'The state of the instance does not support this operation.'],
  'InvalidOperation.EniServiceManaged': [403, 'The network interface is managed by a cloud service.'],
  'InvalidOperation.HotPlugNotSupport': [403, 'The instance type does not support hot-plugging: stop the instance first.'],
  'InvalidOperation.DetachPrimaryEniNotAllowed': [403, 'The primary network interface cannot be detached.'],
  'EniPerInstanceLimitExceeded': [403, 'The number of network interfaces exceeds the limit of the instance type.'],
  'InvalidParameter.EniNotBelongEcs': [403, 'The network interface is not attached to the specified instance.'],
  // Tags
  'InvalidResourceId.NotFound': [404, 'The specified ResourceIds are not found in our records.'],
  'InvalidResourceType.NotFound': [404, 'The specified ResourceType is not found.'],
  'NumberExceed.ResourceIds': [400, 'The maximum number of ResourceIds is exceeded.'],
  'NumberExceed.Tags': [400, 'The maximum number of tags is exceeded.'],
  // Cloud Assistant
  'InvalidCmdType.NotFound': [403, 'The specified command type does not exist.'],
  'InvalidCmdId.NotFound': [404, 'The specified command ID does not exist.'],
  'InvalidInstance.NotFound': [404, 'The specified instance does not exist.'],
  'InvalidInstance.NotMatch': [403, 'The specified instance type does not match the command.'],
  'InvalidRepeatMode.NotFound': [404, 'The specified repeat mode does not exist.'],
  'InstanceIds.ExceedLimit': [403, 'The number of instance IDs exceeds the upper limit.'],
  'CmdName.ExceedLimit': [403, 'The length of the command name exceeds the upper limit.'],
  'CmdDesc.ExceedLimit': [403, 'The length of the command description exceeds the upper limit.'],
  'CmdContent.ExceedLimit': [403, 'The maximum length of a command is exceeded.'],
  'CmdContent.DecodeError': [403, 'The CommandContent can not be base64 decoded.'],
  'CmdCount.ExceedQuota': [403, 'The total number of commands in the current region exceeds the quota.'],
  'Parameter.Disabled': [400, 'Parameters cannot be passed in when the command customization function is disabled.'],
  'Parameter.NotMatched': [403, 'The passed-in parameters do not match the parameters defined when you created the command.'],
  'ParameterType.NotSupported': [403, 'The type of parameter value is not supported.'],
  'ParameterCount.ExceedLimit': [403, 'The maximum number of parameters is exceeded.'],
  'ParameterKey.ExceedLimit': [403, 'The maximum length of a parameter name is exceeded.'],
  'InvalidParameter.Parameters': [400, 'The specified parameter Parameters is not valid.'],
  // Elastic IP addresses
  'InvalidAllocationId.NotFound': [404, 'The specified allocation ID does not exist.'],
  'InvalidInstanId.NotFound': [404, 'The specified instance does not exist.'],
  'InvalidNicOrVm.NotFound': [400, 'The specified network interface or its instance does not exist.'],
  'InvalidParams.NotFound': [400, 'The specified private address does not belong to the network interface.'],
  'InvalidInstanceType.ValueNotSupported': [400, 'The specified value of InstanceType is not supported.'],
  'IncorrectEipStatus': [400, 'The current status of the EIP does not support this operation.'],
  'TaskConflict': [400, 'The eip operate too frequent.'],
  'InvalidAssociation.Duplicated': [400, 'The specified instance already has an EIP.'],
  'EIP_CAN_NOT_ASSOCIATE_WITH_PUBLIC_IP': [400, 'The instance already bind natpublicip.'],
  'BIND_INSTANCE_HAVE_PORTMAP_OR_BIND_EIP': [400, 'The instance has a DNAT entry or an EIP.'],
  'InvalidEip.EipQuotaExceeded': [400, 'The eni assigned eip is more than privateIp.'],
  'ResourceAlreadyAssociated.IpAddress': [400, 'The private address already has an EIP.'],
  'InvalidStatus.EniStatusNotSupport': [400, 'The status of the network interface does not support this operation.'],
  'InvalidStatus.EcsStatusNotSupport': [400, 'The status of the instance does not support this operation.'],
  'IncorrectStatus.NatGateway': [400, 'The status of the NAT gateway does not support this operation.'],
  'Eni.Attached': [400, 'The network interface should be detached when associating with direct eip.'],
  'Mode.NotSupport': [400, 'The specified mode is not supported.'],
  'OperationDenied.Unauthorized': [403, 'The resource is managed by a cloud service.'],
  'OperationDenied.Ipv4GatewayExist': [400, 'The VPC has an IPv4 gateway.'],
  'Forbidden.FinancialLocked': [400, 'The EIP is locked because of an overdue payment.'],
  'DependencyViolation.SnatEntry': [400, 'The EIP is in use by an SNAT entry.'],
  'InvalidIpStatus.HasBeenUsedByForwardEntry': [400, 'The EIP is in use by a DNAT entry.'],
  'QuotaExceeded.Eip': [400, 'The number of EIPs exceeds the quota of the account.'],
  'InvalidIpAddress.AlreadyUsed': [400, 'The specified address is not available.'],
  // NAT gateways
  'InvalidSnatTableId.NotFound': [404, 'The specified SNAT table does not exist.'],
  'InvalidForwardTableId.NotFound': [404, 'The specified DNAT table does not exist.'],
  'InvalidNatGatewayId.NotFound': [404, 'The specified NAT gateway does not exist.'],
  'InvalidSnatEntryId.NotFound': [404, 'The specified SNAT entry does not exist.'],
  'InvalidSnatIp.NotFound': [404, 'The specified SnatIp does not exist.'],
  'InvalidSnatIp.Malformed': [400, 'The specified SnatIp is not valid.'],
  'EIP_NOT_IN_GATEWAY': [400, 'The EIP is not associated with the NAT gateway.'],
  'IncorrectStatus.NATGW': [400, 'The NAT gateway or an entry of its table is being changed.'],
  'IncorretSnatEntryStatus': [400, 'The status of the SNAT entry does not support this operation.'],
  'Forbidden.SourceVSwitchId.Duplicated': [400, 'The vSwitch already has an SNAT entry.'],
  'OperationUnsupported.CidrConflict': [400, 'The source CIDR block conflicts with an SNAT entry.'],
  'Forbidden.SnatEntryCountLimited': [400, 'The number of SNAT entries exceeds the quota of the NAT gateway.'],
  'SNAT_IP_POOL_COUNT_TOO_MANY': [400, 'Too many EIPs in the SNAT entry.'],
  'Forbidden.IpUsedInForwardTable': [400, 'The EIP is in use by a DNAT entry.'],
  'Forbindden': [400, 'The specified Instance already bind eip.'],
  // Networks
  'InvalidRouteTableId.NotFound': [404, 'The specified route table does not exist.'],
} as const satisfies Record<string, readonly [number, string]>;

export type RefusalCode = keyof typeof rows;

/** A call that the cloud turned down; becomes the error body {RequestId, HostId, Code, Message}. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** The refusal of a code; `detail` replaces the usual message. */
export function refusal(code: RefusalCode, detail?: string): Refusal {
  const [status, message] = rows[code];
  return new Refusal(code, status, detail ?? message);
}

/** Refuses unless the condition holds. */
export function demand(condition: boolean, code: RefusalCode, detail?: string): asserts condition {
  if (!condition) throw refusal(code, detail);
}

/** The value, or the refusal when there is none. */
export function found<T>(value: T | undefined, code: RefusalCode, detail?: string): T {
  if (value === undefined) throw refusal(code, detail);
  return value;
}

/** Status and message of any code: the catalogue's, or 400 and a neutral sentence for one that it does not have. */
export function refusalOf(code: string, status?: number): Refusal {
  const [usual, message] = (rows as Record<string, readonly [number, string]>)[code] ?? [400, 'The request was refused.'];
  return new Refusal(code, status ?? usual, message);
}

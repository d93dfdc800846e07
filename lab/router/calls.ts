// What the process of a VPC's router is told.

/** An interface as the metadata service shows it. */
export interface NicMetadata {
  readonly mac: string;
  readonly networkInterfaceId: string;
  readonly address: string;
  readonly netmask: string;
  readonly gateway: string;
  readonly vSwitchId: string;
  readonly vSwitchCidr: string;
}

export interface InstanceMetadata {
  readonly instanceId: string;
  readonly regionId: string;
  readonly nics: readonly NicMetadata[];
}

export interface RouterCalls {
  /** All instances of the VPC, anew. */
  readonly know: { readonly ask: { readonly instances: readonly InstanceMetadata[] }; readonly answer: boolean };
}

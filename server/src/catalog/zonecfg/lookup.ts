import { brands, type ZoneBrand } from "./brands.ts";
import { COMMANDS, type ZoneCommand } from "./commands.ts";
import { aliasProperties, globalProperties, solaris11Globals } from "./global.ts";
import { privileges, type ZonePrivilege } from "./privileges.ts";
import { PLATFORMS, type Platform, type ZoneProperty } from "./property.ts";
import { rctls, type ZoneRctl } from "./rctls.ts";
import { resources, type ZoneResource } from "./resource.ts";
import { adminProperties, attrProperties, securityFlagsProperties } from "./resources/access.ts";
import { anetProperties, macProperties, vlanProperties } from "./resources/anet.ts";
import {
  datasetProperties,
  deviceProperties,
  fsProperties,
  inheritPkgDirProperties,
} from "./resources/files.ts";
import {
  cappedCpuProperties,
  cappedMemoryProperties,
  dedicatedCpuProperties,
  rctlProperties,
} from "./resources/limits.ts";
import { netProperties } from "./resources/net.ts";
import {
  ibVhcaProperties,
  keysourceProperties,
  npivProperties,
  portProperties,
  rootzpoolProperties,
  smfDependencyProperties,
  suspendProperties,
  verifiedBootProperties,
  virtualCpuProperties,
  zpoolProperties,
} from "./resources/solaris11.ts";

/** The properties of the zone itself. */
export const globals: readonly ZoneProperty[] = [
  ...globalProperties,
  ...aliasProperties,
  ...solaris11Globals,
];

/** The properties of resources, resource by resource. */
export const resourceProperties: readonly ZoneProperty[] = [
  ...fsProperties,
  ...netProperties,
  ...deviceProperties,
  ...rctlProperties,
  ...attrProperties,
  ...datasetProperties,
  ...dedicatedCpuProperties,
  ...cappedCpuProperties,
  ...cappedMemoryProperties,
  ...adminProperties,
  ...securityFlagsProperties,
  ...inheritPkgDirProperties,
  ...anetProperties,
  ...macProperties,
  ...vlanProperties,
  ...virtualCpuProperties,
  ...rootzpoolProperties,
  ...zpoolProperties,
  ...suspendProperties,
  ...keysourceProperties,
  ...verifiedBootProperties,
  ...smfDependencyProperties,
  ...npivProperties,
  ...ibVhcaProperties,
  ...portProperties,
];

const globalsByName = new Map(globals.map((property) => [property.name, property]));
const resourcesByName = new Map(resources.map((resource) => [resource.name, resource]));
const propertiesByResource = new Map(
  resources.map(({ name }) => [name, resourceProperties.filter((property) => property.resource === name)]),
);
/** The first of a name counts, as for whoever reads the list. */
const byName = (properties: readonly ZoneProperty[]) =>
  new Map(properties.toReversed().map((property) => [property.name, property]));
const propertyMaps = new Map(
  [...propertiesByResource].map(([name, properties]) => [name, byName(properties)]),
);

/** A property of the zone itself. */
export function globalProperty(name: string): ZoneProperty | undefined {
  return globalsByName.get(name);
}

export function resourceType(name: string): ZoneResource | undefined {
  return resourcesByName.get(name);
}

/** The properties of a resource type, a nested one too, in the order in which one writes them. */
export function propertiesOf(resource: string): readonly ZoneProperty[] {
  return propertiesByResource.get(resource) ?? [];
}

export function propertyOf(resource: string, name: string): ZoneProperty | undefined {
  return propertyMaps.get(resource)?.get(name);
}

/** The resource types that have a property of this name. */
export function resourcesWith(propertyName: string): readonly string[] {
  return resources
    .filter((resource) => propertyOf(resource.name, propertyName))
    .map((resource) => resource.name);
}

/** Whether a platform has an item; everything exists where the platform is not known. */
export function existsOn(
  item: { readonly platforms?: readonly Platform[] },
  platform: Platform | undefined,
): boolean {
  return platform === undefined || item.platforms === undefined || item.platforms.includes(platform);
}

/** All commands by name. */
export const commands: ReadonlyMap<string, ZoneCommand> = new Map(
  COMMANDS.map((command) => [command.name, command]),
);

/** A brand: of the platform where one is given, else the first of that name. */
export function findBrand(name: string, platform?: Platform): ZoneBrand | undefined {
  return brandsOf(platform).find((brand) => brand.name === name);
}

export function brandsOf(platform: Platform | undefined): readonly ZoneBrand[] {
  return platform === undefined ? brands : (brandsByPlatform.get(platform) ?? []);
}

const brandsByPlatform = new Map(
  PLATFORMS.map((platform) => [platform, brands.filter((brand) => brand.platform === platform)]),
);

const rctlsByName = new Map(rctls.map((rctl) => [rctl.name, rctl]));
const privilegesByName = new Map(privileges.map((privilege) => [privilege.name, privilege]));

export function findRctl(name: string): ZoneRctl | undefined {
  return rctlsByName.get(name);
}

/** A privilege, in any case, as the system reads them. */
export function findPrivilege(name: string): ZonePrivilege | undefined {
  return privilegesByName.get(name.toLowerCase());
}

import type { Platform } from "../../catalog/zonecfg/property.ts";
import type { ZoneConfiguration, ZoneSource } from "../../configuration/zonecfg/types.ts";

/** What a feature may look at: a document, what its commands come to, and the platform that was chosen for it. */
export interface FeatureContext {
  readonly document: ZoneSource;
  readonly configuration: ZoneConfiguration;
  readonly platform: Platform | undefined;
}

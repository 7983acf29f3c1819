import { dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { ZoneDocument } from "@zonewarden/grammars/zonecfg/document";
import { run } from "@zonewarden/server/configuration/zonecfg/run";
import { likelyPlatform } from "@zonewarden/server/simulation/machines";
import { expect, it } from "vitest";

function platformOf(text: string) {
  const { sections } = ZoneDocument.parse(text, dialects.any);
  return likelyPlatform(
    run({ path: "web.zonecfg", text, sections }, { platform: undefined, lenient: true }).parts,
  );
}

const virtualMachine = (link: string) =>
  `create -b\nset brand=bhyve\nset ip-type=exclusive\nadd net\nset physical=net0\nset global-nic=${link}\nend\n`;

it.each([
  ["words and brands that all have", "create -b\nset zonepath=/zones/web\n", "illumos"],
  ["a brand", "create -b\nset brand=lipkg\n", "omnios"],
  ["a link", virtualMachine("igb0"), "omnios"],
  ["the link of a route", virtualMachine("auto"), "omnios"],
  ["the tag of a network", virtualMachine("external"), "smartos"],
  ["Linux with the stack of the global zone", "create -t SUNWlx\nset zonepath=/zones/web\n", "solaris10"],
  [
    "Linux with a stack of its own",
    "create -t SUNWlx\nset zonepath=/zones/web\nset ip-type=exclusive\n",
    "smartos",
  ],
])("%s tells whose file it is", (_, text, platform) => {
  expect(platformOf(text)).toBe(platform);
});

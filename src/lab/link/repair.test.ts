import { expect, test } from "vitest";
import { configOf, presetById } from "../lessons/presets.ts";
import { toHash } from "./hash.ts";
import { parseLink, readLink } from "./link.ts";

const CONFIG = { ...configOf(presetById("grpo-parity")!), interventions: [{ step: 3, key: "lr", value: 0.001 }] };
const LINK = toHash(CONFIG, "grpo-parity");

test.each([
  ["&amp; for &", LINK.replaceAll("&", "&amp;")],
  ["a bracket behind it", `${LINK})`],
  ["a full stop behind it", `${LINK}.`],
  ["a comma behind it", `${LINK},`],
  ["an angle bracket behind it", `${LINK}>`],
  ["an encoded quote behind it", `${LINK}%22`],
  ["%23 for #", `https://lab.example/${LINK.replace("#", "%23")}`],
  ["no #", `https://lab.example/${LINK.slice(1)}`],
  ["a ? for #", `https://lab.example/?${LINK.slice(1)}`],
  ["line breaks", `${LINK.slice(0, 20)}\r\n ${LINK.slice(20, 40)}\n${LINK.slice(40)}`],
  ["a soft hyphen", `${LINK.slice(0, 20)}\u00ad${LINK.slice(20)}`],
  ["an encoded soft hyphen", `${LINK.slice(0, 20)}%C2%AD${LINK.slice(20)}`],
  ["utm_source behind it", `${LINK}&utm_source=chat&utm_medium=mail`],
  ["fbclid behind it", `${LINK}?fbclid=IwAR0`],
  ["gclid in it", LINK.replace("&seed", "&gclid=1&seed")],
  ["percent signs for all of it", encodeURIComponent(LINK)],
  ["percent signs for all of its address", encodeURIComponent(`https://lab.example/${LINK}`)],
  ["percent signs behind the #", `#${encodeURIComponent(LINK.slice(1))}`],
  ["a key twice", LINK.replace("&seed=1", "&seed=1&seed=1")],
])("a link with %s opens as it was, and one line says what was mended", (_, damaged) => {
  const { config, presetId, issues } = readLink(damaged);
  expect(issues.map(({ message }) => message)).toEqual([expect.stringMatching(/^The link was repaired: /)]);
  expect([config, presetId]).toEqual([CONFIG, "grpo-parity"]);
  expect(parseLink(damaged)).toMatchObject({ config: CONFIG, said: [issues[0]!.message] });
});

test("two changes of one setting at one step are named, and a command line refuses them", () => {
  const link = "#v=1&preset=grpo-parity&at=3:lr:0.001&at=3:lr:0.002&at=4:lr:0.001&at=4:lr:0.001";
  const { config, issues } = readLink(link);
  expect(config.interventions.map(({ step, value }) => [step, value])).toEqual([
    [3, 0.002],
    [4, 0.001],
  ]);
  expect(issues.map(({ message }) => message)).toEqual([
    "Step 3 must change lr to one value, got several: the last one, 0.002, was taken.",
  ]);
  expect(() => parseLink(link)).toThrow(/^Step 3 must change lr to one value, got several\.$/);
});

test("a key with two values is no repair: the last one stands, and a command line refuses it", () => {
  const { config, issues } = readLink("#v=1&preset=grpo-parity&seed=1&seed=2");
  expect(config.start.seed).toBe(2);
  expect(issues).toEqual([
    { key: "seed", message: 'A link must give "seed" one value, got several: the last one, "2", was taken.' },
  ]);
  expect(() => parseLink("#v=1&preset=grpo-parity&seed=1&seed=2")).toThrow(
    /^A link must give "seed" one value, got several\.$/,
  );
});

test("a note keeps its own full stop, and a link with nothing wrong is not said to be repaired", () => {
  const link = "#v=1&preset=grpo-parity&seed=1&note=Look+at+%26amp%3B+%23.";
  expect(readLink(link)).toMatchObject({ issues: [], view: { note: "Look at &amp; #." } });
});

test("names that no setting has are one sentence, however many they are", () => {
  const said = (link: string) => readLink(link).issues.map(({ message }) => message);
  expect(said(`#v=1&preset=grpo-parity&${Array.from({ length: 60 }, (_, i) => `k${i}=1`).join("&")}`)).toEqual([
    'Unknown settings "k0", "k1", "k2", "k3", "k4" and 55 more: no settings have these names.',
  ]);
  expect(said("#v=1&preset=grpo-parity&stepz=3")).toEqual(['Unknown setting "stepz": did you mean steps?']);
});

test("a refused link does not say what was taken", () => {
  expect(() => parseLink("#v=1&preset=grpo-parity&steps=many")).toThrow(/got "many"\.$/);
  expect(() => parseLink("#v=1&preset=chord-mu-countdwn")).toThrow(
    'There is no preset called "chord-mu-countdwn" (did you mean chord-mu-countdown?).',
  );
});

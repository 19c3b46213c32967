/** Packages and versions that the scripts were run with, see checks/python. `requests` is imported by TRL, which does not ask for it. */
export const REQUIREMENTS: Readonly<Record<string, string>> = {
  torch: "2.15.0",
  transformers: "5.24.0",
  trl: "1.16.0",
  datasets: "5.2.0",
  accelerate: "1.15.0",
  requests: "2.34.2",
};

import type { Tensor } from "@tensorflow/tfjs-core";
import type { BackendName } from "../../policies.ts";
import { PolicyError } from "../policy.ts";
import { enterBackend } from "./backend.ts";
import type { DeviceWatch } from "./deviceWatch.ts";

/** Waits for the numbers of a tensor, and disposes of it. The only place where this policy waits for the device. */
export type Read = (tensor: Tensor) => Promise<Float32Array>;

/** @throws {PolicyError} kind `device`, from the function returned, when the numbers do not come. */
export function reader(backend: BackendName, watch: DeviceWatch): Read {
  return async (tensor) => {
    try {
      const values = (await tensor.data()) as Float32Array;
      // tfjs's cpu backend hands out its own array.
      return backend === "cpu" ? values.slice() : values;
    } catch (error) {
      watch.check();
      throw new PolicyError("device", `${backend} must answer with its numbers, got: ${(error as Error).message}`);
    } finally {
      enterBackend(backend); // another policy may have computed elsewhere meanwhile
      tensor.dispose();
    }
  };
}

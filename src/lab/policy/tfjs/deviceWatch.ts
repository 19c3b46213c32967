import type { BackendName } from "../../policies.ts";
import { PolicyError } from "../policy.ts";
import { webgpuDevice } from "./backend.ts";

/** Notices what tfjs's webgpu backend lets pass: validation errors, after which results are zeros, and a lost device. */
export interface DeviceWatch {
  /** @throws {PolicyError} kind `device` once something went wrong. */
  check(): void;
  stop(): void;
}

export function watchDevice(backend: BackendName): DeviceWatch {
  if (backend !== "webgpu") return { check() {}, stop() {} };
  const device = webgpuDevice();
  let failure: string | undefined;
  let watching = true;
  const onError = (event: GPUUncapturedErrorEvent) => {
    failure ??= `got the error: ${event.error.message}`;
  };
  device.addEventListener("uncapturederror", onError);
  void device.lost.then(({ message, reason }) => {
    if (watching) failure ??= `got a lost device (${message || reason})`;
  });
  return {
    check() {
      if (failure) throw new PolicyError("device", `the GPU must accept every command, ${failure}`);
    },
    stop() {
      watching = false;
      device.removeEventListener("uncapturederror", onError);
    },
  };
}

import { type Findings, type Microscope, microscopeOf } from "../../../app/microscope/microscope.ts";
import { useInTurn, useLab } from "../../shared/labContext.ts";

export function useMicroscope(): Microscope {
  return microscopeOf(useLab());
}

/** One thing that the microscope was told, read in this component's own turn of the pacer. */
export function useFindings<T>(read: (findings: Findings) => T): T {
  const microscope = useMicroscope();
  return useInTurn(() => read(microscope.getState()), { key: microscope });
}

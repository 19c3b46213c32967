import { useEffect, useRef, useState } from "react";
import { type Findings, type Microscope, microscopeOf } from "../../app/microscope/microscope.ts";
import { useLab } from "../labContext.ts";

export function useMicroscope(): Microscope {
  return microscopeOf(useLab());
}

/** One thing that the microscope was told, read in this component's own turn of the pacer. */
export function useFindings<T>(read: (findings: Findings) => T): T {
  const lab = useLab();
  const microscope = useMicroscope();
  const latest = useRef(read);
  latest.current = read;
  const [value, setValue] = useState(() => read(microscope.getState()));
  useEffect(() => {
    const draw = () => setValue(() => latest.current(microscope.getState()));
    draw();
    return lab.pacer.subscribe(draw);
  }, [lab, microscope]);
  return value;
}

import { useEffect } from "react";
import { lessonOfPage } from "../../app/lessonLinks.ts";
import { useDraft, useLab } from "../shared/labContext.ts";
import { BenchScene } from "./BenchScene.tsx";
import { LessonScene } from "./LessonScene.tsx";

/** The scene that has just been opened is drawn before its policy is loaded. */
const PREPARE_MS = 150;

/** A lesson or an experiment on a projector, alone or as a scene of a lecture. Nothing is trained before Train. */
export default function PresentPage() {
  const lab = useLab();
  const lesson = useDraft(({ view }) => lessonOfPage(view.page));
  const lecture = useDraft(({ view }) => view.lecture);
  const scene = useDraft(({ view }) => view.scene);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each scene has an experiment of its own
  useEffect(() => {
    const timer = setTimeout(lab.prepare, PREPARE_MS);
    return () => clearTimeout(timer);
  }, [lab, lecture, scene]);
  if (lesson) return <LessonScene key={`${scene} ${lesson.id}`} head={lesson} />;
  return <BenchScene key={scene} />;
}

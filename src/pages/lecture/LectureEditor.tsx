import { type FormEvent, useId, useState } from "react";
import { useStore } from "zustand";
import {
  addScene,
  type DraftScene,
  lectureLink,
  lectureStore,
  moveScene,
  noteScene,
  removeScene,
} from "../../app/lectureStore.ts";
import { pageOf } from "../../app/lessonLinks.ts";
import { ShareButton } from "../../controls/ShareButton.tsx";
import { LESSON_HEADS } from "../../lab/lessons/heads/index.ts";
import { SCENE_NOTE_LIMIT } from "../../lab/link/lecture.ts";
import { LINK_LIMIT, READ_LIMIT } from "../../lab/link/link.ts";
import styles from "./Lecture.module.css";

/** Puts lessons and links into an order, with notes, and gives the one link that steps through them. */
export default function LectureEditor() {
  const scenes = useStore(lectureStore, (state) => state.scenes);
  const hash = lectureLink({ scenes });
  const address = location.href.split("#")[0]! + hash;
  return (
    <div className={styles.editor}>
      <p>
        A lecture is one link: it presents its scenes one after another, each with its note, and trains nothing by
        itself.
      </p>
      {scenes.length > 0 && (
        <ol className={styles.scenes}>
          {scenes.map((scene, index) => (
            <SceneRow key={scene.id} scene={scene} first={index === 0} last={index === scenes.length - 1} />
          ))}
        </ol>
      )}
      <AddForms />
      {hash.length > READ_LIMIT ? (
        <p role="alert">
          A link must have at most {READ_LIMIT} characters, got {hash.length}: shorten notes or make two lectures.
        </p>
      ) : (
        scenes.length > 0 && (
          <div className={styles.done}>
            <ShareButton
              label="Copy the link"
              link={() => address}
              said="Link copied: it opens the lecture at its first scene."
            />
            <a className="button" href={hash}>
              Present it
            </a>
            <span className={styles.small}>
              {address.length} characters
              {address.length > LINK_LIMIT && `: some mail and chat programs cut links beyond ${LINK_LIMIT}`}
            </span>
          </div>
        )
      )}
    </div>
  );
}

interface SceneRowProps {
  readonly scene: DraftScene;
  readonly first: boolean;
  readonly last: boolean;
}

function SceneRow({ scene: { id, title, note }, first, last }: SceneRowProps) {
  const field = useId();
  const move = (by: 1 | -1, button: HTMLElement) => {
    moveScene(id, by);
    // A row that is put elsewhere loses the focus on the way.
    setTimeout(() => button.focus());
  };
  return (
    <li>
      <div className={styles.row}>
        <strong>{title}</strong>
        <span className={styles.moves}>
          <button
            type="button"
            className="quiet"
            aria-disabled={first}
            aria-label={`Move ${title} up`}
            onClick={({ currentTarget }) => move(-1, currentTarget)}
          >
            ↑
          </button>
          <button
            type="button"
            className="quiet"
            aria-disabled={last}
            aria-label={`Move ${title} down`}
            onClick={({ currentTarget }) => move(1, currentTarget)}
          >
            ↓
          </button>
          <button type="button" className="quiet" aria-label={`Remove ${title}`} onClick={() => removeScene(id)}>
            Remove
          </button>
        </span>
      </div>
      <label htmlFor={field} className="spoken">
        Note on {title}
      </label>
      <textarea
        id={field}
        rows={1}
        placeholder="A note, shown under the title"
        maxLength={SCENE_NOTE_LIMIT}
        value={note}
        onChange={(event) => noteScene(id, event.target.value)}
      />
    </li>
  );
}

function AddForms() {
  const id = useId();
  const [lesson, setLesson] = useState(pageOf(LESSON_HEADS[0]!));
  const [link, setLink] = useState("");
  const [problem, setProblem] = useState<string>();
  const add = (text: string, done: () => void) => (event: FormEvent) => {
    event.preventDefault();
    const wrong = addScene(text);
    setProblem(wrong);
    if (wrong === undefined) done();
  };
  return (
    <>
      <form className={styles.add} onSubmit={add(lesson, () => {})}>
        <label htmlFor={`${id}-lesson`}>Lesson</label>
        <select
          id={`${id}-lesson`}
          className="select"
          value={lesson}
          onChange={(event) => setLesson(event.target.value)}
        >
          {LESSON_HEADS.map((one) => (
            <option key={one.id} value={pageOf(one)}>
              {one.title}
            </option>
          ))}
        </select>
        <button type="submit" className="button">
          Add lesson
        </button>
      </form>
      <form className={styles.add} onSubmit={add(link, () => setLink(""))}>
        <label htmlFor={`${id}-link`}>Link</label>
        <input
          id={`${id}-link`}
          value={link}
          placeholder="an address of the workbench, a race or phases too"
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-problem`}
          onChange={(event) => setLink(event.target.value)}
        />
        <button type="submit" className="button">
          Add link
        </button>
      </form>
      <p id={`${id}-problem`} role="alert" className={styles.problem}>
        {problem}
      </p>
    </>
  );
}

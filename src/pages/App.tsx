/** The whole page. */
export function App() {
  return (
    <main>
      <h1>Policy Lab</h1>
    </main>
  );
}

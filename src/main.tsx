import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./pages/App.tsx";

const root = document.getElementById("root");
if (!root) throw new Error("index.html must hold an element with the id root, got none");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

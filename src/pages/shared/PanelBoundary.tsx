import { Component, type ReactNode } from "react";

interface Props {
  /** What the panel shows, for the sentence: "the charts". */
  readonly what: string;
  readonly children: ReactNode;
}

/** A panel that fails says so in its own place; the rest of the page goes on. */
export class PanelBoundary extends Component<Props, { readonly error: Error | undefined }> {
  override state = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    const error: Error | undefined = this.state.error;
    if (!error) return this.props.children;
    return (
      <div role="alert">
        <p>
          {this.props.what} could not be drawn: {(error as Error).message}. The run is not affected.
        </p>
        <button type="button" className="button" onClick={() => this.setState({ error: undefined })}>
          Draw again
        </button>
      </div>
    );
  }
}

/** Runs a program whose failures arrive as unhandled rejections: the runner would count them as failures of the test. */
export async function strayProof<T>(run: () => Promise<T>): Promise<T> {
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  const ignore = () => undefined;
  process.on("unhandledRejection", ignore);
  try {
    return await run();
  } finally {
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", ignore);
    for (const it of listeners) process.on("unhandledRejection", it);
  }
}

import {
  type Disposable,
  type ExtensionContext,
  l10n,
  ProcessExecution,
  Task,
  TaskGroup,
  TaskScope,
  tasks,
  Uri,
  type WorkspaceFolder,
  workspace,
} from "vscode";

const TYPE = "zonewarden";

/** `zonewarden check` as a task for each folder, so that CI and editor say the same. */
export function createCheckTasks(context: ExtensionContext): Disposable {
  const cli = Uri.joinPath(context.extensionUri, "dist", "cli.js").fsPath;
  const taskFor = (
    folder: WorkspaceFolder | TaskScope,
    args: readonly string[],
    definition: Task["definition"],
  ) => {
    const execution = new ProcessExecution(process.execPath, [cli, "check", ...args], {
      // In the extension host the executable is an editor, unless it is told to be Node.
      env: { ELECTRON_RUN_AS_NODE: "1" },
    });
    const task = new Task(definition, folder, l10n.t("check"), TYPE, execution, "$zonewarden");
    task.group = TaskGroup.Test;
    return task;
  };
  return tasks.registerTaskProvider(TYPE, {
    provideTasks: () =>
      (workspace.workspaceFolders ?? []).map((folder) =>
        taskFor(folder, [folder.uri.fsPath], { type: TYPE, command: "check" }),
      ),
    resolveTask: (task) => {
      const { args, paths } = task.definition as { args?: unknown; paths?: unknown };
      const words = [args, paths].flatMap((list) =>
        Array.isArray(list) ? list.filter((one): one is string => typeof one === "string") : [],
      );
      const scope = task.scope ?? TaskScope.Workspace;
      return taskFor(scope, words.length > 0 ? words : ["."], task.definition);
    },
  });
}

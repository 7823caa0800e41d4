package io.tesserae.cli.train;

import io.tesserae.cli.console.CommandException;
import io.tesserae.training.saving.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a run is written to. What is there from another is neither overwritten nor taken for this one unless somebody says so.
 *
 * @param path the folder, which need not be there
 * @param resumes whether a run goes on
 * @param overwrites whether a run is replaced
 */
record OutputFolder(Path path, boolean resumes, boolean overwrites) {

    /** What a run leaves, or a model consists of. */
    private static final List<String> TRACES = List.of("config.json", "model.safetensors", "training_log.jsonl");

    /**
     * Refuses a folder that cannot be written to, has another run in it, or the model itself.
     *
     * @param model the folder of the checkpoint that the run begins with, if it has one
     * @throws CommandException if so
     */
    void requireFree(Optional<Path> model) throws IOException {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new CommandException(path + ": expected a folder for --output-dir, found a file");
        }
        requireWritable();
        if (model.isPresent() && overwrites && real(model.get()).startsWith(real(path))) {
            throw new CommandException(
                    path + ": --model lies there, and would be overwritten; choose another" + " --output-dir");
        }
        Optional<String> trace = trace();
        if (trace.isPresent() && !resumes && !overwrites) {
            throw new CommandException(
                    path + ": there is a run already, or a model (" + trace.get()
                            + "); give --resume to go on with it, --overwrite-output-dir to replace it, or another --output-dir");
        }
    }

    private void requireWritable() {
        Path there = path.toAbsolutePath();
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there) || !Files.isWritable(there)) {
            throw new CommandException(
                    path + ": expected a folder that may be written in for --output-dir, found " + there);
        }
    }

    private static Path real(Path folder) throws IOException {
        return Files.exists(folder)
                ? folder.toRealPath()
                : folder.toAbsolutePath().normalize();
    }

    private Optional<String> trace() throws IOException {
        if (!Files.isDirectory(path)) {
            return Optional.empty();
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> TRACES.contains(name) || name.startsWith("checkpoint-"))
                    .sorted()
                    .findFirst();
        }
    }

    /** Deletes the checkpoints of the run that is replaced: a later one could go on from them. */
    void clear() {
        if (overwrites) {
            RunFolder.open(path).deleteCheckpoints();
        }
    }

    /** Whether there is a checkpoint to go on from. */
    boolean hasCheckpoint() {
        return Files.isDirectory(path) && RunFolder.open(path).lastCheckpoint().isPresent();
    }
}

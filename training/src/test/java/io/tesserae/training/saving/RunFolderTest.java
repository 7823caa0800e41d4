package io.tesserae.training.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {

    @TempDir
    private Path temporary;

    @Test
    void lastCheckpointIsTheHighestCompleteStep() throws IOException {
        RunFolder run = RunFolder.open(temporary.resolve("out"));
        assertEquals(Optional.empty(), run.lastCheckpoint());
        for (int step : new int[] {20, 9, 100}) {
            run.saveCheckpoint(small(), SavedFixture.state(step));
        }
        Files.createDirectories(run.path().resolve("checkpoint-500")); // incomplete
        Files.createDirectories(run.path().resolve("checkpoint-0500"));
        assertEquals(List.of("checkpoint-9", "checkpoint-20", "checkpoint-100"), names(run));
        Files.delete(run.path().resolve("checkpoint-100/optimizer.safetensors"));
        assertEquals(Optional.of(run.path().resolve("checkpoint-20")), run.lastCheckpoint());
    }

    @Test
    void rotationSparesTheBestAndTheLast() {
        RunFolder run = withCheckpoints(10, 20, 30, 40);
        run.rotate(5, Optional.empty());
        assertEquals(4, run.checkpoints().size());
        run.rotate(3, Optional.of("elsewhere/checkpoint-10"));
        assertEquals(List.of("checkpoint-10", "checkpoint-30", "checkpoint-40"), names(run));
        run.rotate(1, Optional.of("elsewhere/checkpoint-10"));
        assertEquals(List.of("checkpoint-10", "checkpoint-40"), names(run));
        run.rotate(1, Optional.empty());
        assertEquals(List.of("checkpoint-40"), names(run));
        assertThrows(IllegalArgumentException.class, () -> run.rotate(0, Optional.empty()));
    }

    @Test
    void checkpointOfTheSameStepIsReplaced() throws IOException {
        RunFolder run = withCheckpoints(10);
        SequencedMap<String, Tensor> other = SavedFixture.smallParameters();
        other.get("classifier.bias").data()[0] = -1;
        run.saveCheckpoint(
                ModelFolder.of("{}", other, ModelFiles.directory(SavedFixture.FOLDER)), SavedFixture.state(10));
        assertEquals(List.of("checkpoint-10"), all(run));
        assertEquals(
                -1,
                WeightsFile.read(run.path().resolve("checkpoint-10/model.safetensors"))
                        .get("classifier.bias")
                        .get(0));
    }

    @Test
    void whateverEndedTheProcessOneWholeCheckpointIsThere() throws IOException {
        RunFolder run = withCheckpoints(10);
        Path checkpoint = run.path().resolve("checkpoint-10");
        SortedMap<String, String> whole = SavedFixture.contents(run.path());
        Path unfinished = run.path().resolve(".checkpoint-10.unfinished");
        Path previous = run.path().resolve(".checkpoint-10.previous");

        // While the next was written
        Files.createDirectories(unfinished);
        Files.writeString(unfinished.resolve("config.json"), "{");
        assertEquals(whole, SavedFixture.contents(RunFolder.open(run.path()).path()));

        // Between the two renames: the next is complete
        Files.move(checkpoint, unfinished);
        Files.createDirectories(previous);
        Files.writeString(previous.resolve("config.json"), "the old one");
        assertEquals(whole, SavedFixture.contents(RunFolder.open(run.path()).path()));

        // The second rename failed, and what was made for it is gone
        Files.move(checkpoint, previous);
        assertEquals(whole, SavedFixture.contents(RunFolder.open(run.path()).path()));

        // While the old one was deleted, or a surplus one
        Files.createDirectories(previous);
        Files.createDirectories(run.path().resolve(".checkpoint-5.removed"));
        Files.writeString(run.path().resolve(".checkpoint-5.removed/config.json"), "{}");
        assertEquals(whole, SavedFixture.contents(RunFolder.open(run.path()).path()));
    }

    @Test
    void hiddenFoldersOfOthersStay() throws IOException {
        Path out = Files.createDirectories(temporary.resolve("out"));
        Files.createDirectories(out.resolve(".checkpoint-mine.removed"));
        Files.createDirectories(out.resolve(".git"));
        RunFolder.open(out);
        assertTrue(Files.exists(out.resolve(".checkpoint-mine.removed")));
        assertTrue(Files.exists(out.resolve(".git")));
    }

    @Test
    void fullDiskLeavesWhatWasThereWhereverItIsNoticed() throws IOException {
        RunFolder run = withCheckpoints(10);
        run.saveModel(small());
        SortedMap<String, String> before = SavedFixture.contents(run.path());
        long needed = bytes(run.path().resolve("checkpoint-10"));
        for (long room = 0; room < needed; room += needed / 23) {
            for (int step : new int[] {10, 11}) {
                RunFolder full = RunFolder.open(run.path(), SavedFixture.withRoomFor(room));
                TrainingException e = assertThrows(
                        TrainingException.class, () -> full.saveCheckpoint(small(), SavedFixture.state(step)));
                assertTrue(e.getMessage().contains("checkpoint-" + step), e.getMessage());
                assertTrue(e.getMessage().contains("No space left on device"), e.getMessage());
                assertEquals(before, SavedFixture.contents(run.path()), "room for " + room);
            }
        }
        long neededByModel = needed;
        for (String name : List.of(OptimizerState.FILE, TrainerState.FILE, RunPosition.FILE)) {
            neededByModel -= Files.size(run.path().resolve("checkpoint-10").resolve(name));
        }
        for (long room = 0; room < neededByModel; room += neededByModel / 23) {
            RunFolder full = RunFolder.open(run.path(), SavedFixture.withRoomFor(room));
            assertThrows(TrainingException.class, () -> full.saveModel(small()));
            assertEquals(before, SavedFixture.contents(run.path()), "room for " + room);
        }
        RunFolder.open(run.path(), SavedFixture.withRoomFor(needed)).saveCheckpoint(small(), SavedFixture.state(10));
        assertEquals(before, SavedFixture.contents(run.path()));
    }

    @Test
    void messageNamesTheFileTheReasonAndWhatToDo() {
        Path out = temporary.resolve("out");
        RunFolder run = RunFolder.open(out, SavedFixture.withRoomFor(10));
        TrainingException e =
                assertThrows(TrainingException.class, () -> run.saveCheckpoint(small(), SavedFixture.state(7)));
        assertEquals(
                out.resolve("checkpoint-7")
                        + ": saving failed while writing tokenizer.json: No space left on device. What was saved before is"
                        + " whole, and nothing half-written is left. Free some space there, or see to the folder's"
                        + " permissions; then resume",
                e.getMessage());
    }

    @Test
    void interruptedThreadStillSaves() {
        RunFolder run = RunFolder.open(temporary.resolve("out"));
        Thread.currentThread().interrupt();
        run.saveCheckpoint(small(), SavedFixture.state(3));
        run.saveModel(small());
        assertTrue(Thread.interrupted(), "and is interrupted as before");
        assertEquals(List.of("checkpoint-3"), names(run));
    }

    @Test
    void fileInTheRunsPlaceIsNamed() throws IOException {
        Path file = Files.writeString(temporary.resolve("out"), "mine");
        TrainingException e = assertThrows(TrainingException.class, () -> RunFolder.open(file));
        assertTrue(e.getMessage().startsWith(file + ": expected a folder"), e.getMessage());
    }

    private RunFolder withCheckpoints(int... steps) {
        RunFolder run = RunFolder.open(temporary.resolve("out"));
        for (int step : steps) {
            run.saveCheckpoint(small(), SavedFixture.state(step));
        }
        return run;
    }

    private static ModelFolder small() {
        return ModelFolder.of("{}", SavedFixture.smallParameters(), ModelFiles.directory(SavedFixture.FOLDER));
    }

    private static List<String> names(RunFolder run) {
        return run.checkpoints().stream()
                .map(path -> path.getFileName().toString())
                .toList();
    }

    private static List<String> all(RunFolder run) throws IOException {
        try (var entries = Files.list(run.path())) {
            return entries.map(path -> path.getFileName().toString()).toList();
        }
    }

    private static long bytes(Path folder) throws IOException {
        try (var below = Files.walk(folder)) {
            return below.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}

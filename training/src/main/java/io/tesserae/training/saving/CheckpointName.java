package io.tesserae.training.saving;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What checkpoints are called in the folder of a run: {@code checkpoint-500}. */
final class CheckpointName {

    private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(0|[1-9][0-9]{0,8})");

    private CheckpointName() {}

    /** The step that a checkpoint's folder is named after; empty where it is named otherwise. */
    static Optional<Integer> step(Path checkpoint) {
        Path name = checkpoint.toAbsolutePath().normalize().getFileName();
        Matcher matcher = CHECKPOINT.matcher(String.valueOf(name));
        return matcher.matches() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
    }
}

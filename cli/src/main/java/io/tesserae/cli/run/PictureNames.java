package io.tesserae.cli.run;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.input.ImageFormat;
import io.tesserae.cli.task.TaskRun;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Arguments that name pictures, where a text might be meant. */
final class PictureNames {

    private PictureNames() {}

    /** Refuses pictures where a model takes texts: their names would be texts. */
    static void refuse(TaskRun run) {
        for (String argument : run.arguments()) {
            if (isFile(argument) && ImageFormat.isPicture(Path.of(argument))) {
                throw new CommandException(
                        argument + ": a picture, but the model takes texts; name a model that takes pictures");
            }
            if (ImageFormat.looksLikePicture(argument, false)) {
                throw new CommandException(
                        argument + ": there is no such file, and as a text it would be a picture's name;"
                                + " if it is one, give it in a line of --input");
            }
        }
    }

    static boolean isFile(String argument) {
        try {
            return !argument.isEmpty() && Files.exists(Path.of(argument));
        } catch (InvalidPathException e) {
            return false; // then it is a text
        }
    }
}

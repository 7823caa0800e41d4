package io.tesserae.training.task;

import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** All pictures below a folder, whatever the folders in it mean. */
final class PictureFiles {

    private PictureFiles() {}

    /**
     * Files and folders in the order of their names; those that begin with a point are passed over.
     *
     * @throws TrainingException if it is no folder, or there is nothing in it
     */
    static List<Path> below(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new TrainingException(
                    folder + ": expected a folder of pictures, found " + (Files.exists(folder) ? "a file" : "nothing"));
        }
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> files = all.filter(file -> isShown(folder.relativize(file)) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new TrainingException(folder + ": expected pictures in the folder or below it, found no file");
            }
            return files;
        } catch (IOException e) {
            throw new TrainingException(folder + ": the folder cannot be read: " + e, e);
        }
    }

    private static boolean isShown(Path inside) {
        for (Path name : inside) {
            if (name.toString().startsWith(".")) {
                return false;
            }
        }
        return true;
    }
}

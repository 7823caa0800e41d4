package io.tesserae.training.data.image;

import io.tesserae.arguments.Arguments;
import io.tesserae.training.data.Dataset;
import io.tesserae.training.data.LabelSet;
import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Folders of labelled pictures: in a folder, a folder for each label, named by it, with its pictures. Labels and pictures come sorted by
 * name. Files and folders whose names begin with a point are passed over.
 *
 * @param folder the folder of folders
 * @param labelFolders the labels' folders, sorted
 */
public record LabelledImageReader(Path folder, List<Path> labelFolders) {

    private static final Comparator<Path> BY_NAME =
            Comparator.comparing(path -> path.getFileName().toString(), LabelSet.BY_CODE_POINTS);

    /** Keeps its own copy. */
    public LabelledImageReader {
        labelFolders = List.copyOf(labelFolders);
    }

    /**
     * Looks into a folder.
     *
     * @throws TrainingException if it has anything else than folders, or none
     */
    public static LabelledImageReader of(Path folder) {
        if (!Files.isDirectory(Arguments.require(folder, "folder"))) {
            throw new TrainingException(folder + ": expected a folder with a folder of pictures for each label, found "
                    + (Files.exists(folder) ? "a file" : "nothing"));
        }
        List<Path> inside = sorted(folder);
        for (Path path : inside) {
            if (!Files.isDirectory(path)) {
                throw new TrainingException(path + ": expected only folders here, one of pictures for each label");
            }
        }
        if (inside.isEmpty()) {
            throw new TrainingException(folder + ": expected a folder of pictures for each label, found none");
        }
        return new LabelledImageReader(folder, inside);
    }

    /** The folders' names, sorted. */
    public LabelSet labels() {
        return new LabelSet(
                labelFolders.stream().map(path -> path.getFileName().toString()).toList());
    }

    /**
     * All pictures with their labels.
     *
     * @param labels that the model tells apart; a folder that is named otherwise is refused
     * @throws TrainingException if a folder or a file is empty, or a folder's name is no label that the model knows
     */
    public Dataset<LabelledImage> read(LabelSet labels) {
        List<LabelledImage> images = new ArrayList<>();
        for (Path labelFolder : labelFolders) {
            int label = labels.id(labelFolder.getFileName().toString(), labelFolder.toString());
            List<Path> files = sorted(labelFolder);
            if (files.isEmpty()) {
                throw new TrainingException(labelFolder + ": expected pictures, found an empty folder");
            }
            for (Path file : files) {
                if (!PictureReader.isThere(file)) {
                    throw new TrainingException(file + ": expected a picture, found "
                            + (Files.isDirectory(file) ? "a folder" : "an empty file"));
                }
                images.add(new LabelledImage(file, label));
            }
        }
        return Dataset.of(images);
    }

    private static List<Path> sorted(Path folder) {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(path -> !path.getFileName().toString().startsWith("."))
                    .sorted(BY_NAME)
                    .toList();
        } catch (IOException e) {
            throw new TrainingException(folder + ": the folder cannot be read: " + e, e);
        }
    }
}

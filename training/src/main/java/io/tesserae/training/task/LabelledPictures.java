package io.tesserae.training.task;

import io.tesserae.model.ImageBatch;
import io.tesserae.training.data.Dataset;
import io.tesserae.training.data.LabelSet;
import io.tesserae.training.data.image.LabelledImage;
import io.tesserae.training.data.image.LabelledImageReader;
import io.tesserae.training.failure.TrainingException;
import java.nio.file.Path;
import java.util.List;

/**
 * Pictures with their labels, as a folder has them.
 *
 * @param examples in the folder's order
 * @param preparation from files to batches
 */
record LabelledPictures(Dataset<LabelledImage> examples, ImagePreparation preparation) {

    /**
     * Those of a folder.
     *
     * @throws TrainingException if the folder has none, or a label that the model does not know
     */
    static LabelledPictures of(LabelledImageReader reader, LabelSet labels, ImagePreparation preparation) {
        return new LabelledPictures(reader.read(labels), preparation);
    }

    /**
     * Checks that a model knows the labels of a folder.
     *
     * @throws TrainingException that says how to train with others
     */
    static void requireKnown(LabelledImageReader reader, LabelSet labels) {
        for (Path folder : reader.labelFolders()) {
            try {
                labels.id(folder.getFileName().toString(), folder.toString());
            } catch (TrainingException e) {
                throw new TrainingException(
                        e.getMessage() + "; --new-head begins with a new head, for the labels of the folder", e);
            }
        }
    }

    int size() {
        return examples.size();
    }

    Path file(int example) {
        return examples.get(example).image();
    }

    private List<Path> files(int[] chosen) {
        return examples.get(chosen).stream().map(LabelledImage::image).toList();
    }

    /** Some pictures as the model is used. */
    ImageBatch plain(int[] chosen) {
        return preparation.plain(files(chosen));
    }

    /** Some pictures for training. */
    ImageBatch augmented(int[] chosen, ImagePreparation.Draws draws) {
        return preparation.augmented(files(chosen), chosen, draws);
    }

    /** The labels of some pictures. */
    int[] labels(int[] chosen) {
        return examples.get(chosen).stream().mapToInt(LabelledImage::label).toArray();
    }
}

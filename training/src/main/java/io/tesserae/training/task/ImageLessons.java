package io.tesserae.training.task;

import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.model.ImageBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.data.LabelSet;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.saving.WeightsFile;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.SequencedMap;

/** What a teacher says of pictures. */
sealed interface ImageLessons extends AutoCloseable {

    /** Those of a teacher, about pictures that the student learns from. */
    static ImageLessons of(ImageTeacher teacher, LabelledPictures train, LabelSet labels) {
        return switch (teacher) {
            case ImageTeacher.Classifier(ModelFiles files) -> new ByModel(files, train, labels);
            case ImageTeacher.Logits(Path file) -> ByFile.read(file, train.size(), labels.count());
        };
    }

    /**
     * Its scores, {@code [examples, labels]}, the labels in the student's order.
     *
     * @param draws which parts of the pictures the student sees; null for all
     */
    Tensor logits(int[] examples, ImagePreparation.Draws draws);

    @Override
    void close();

    /** A model that is asked, once for each picture that is always the same. */
    final class ByModel implements ImageLessons {

        private final AutoModelForImageClassification model;
        private final LabelledPictures pictures;
        private final int[] order;
        private final float[][] known; // of whole pictures, by example

        ByModel(ModelFiles files, LabelledPictures train, LabelSet labels) {
            this.model = AutoModelForImageClassification.fromPretrained(files);
            LabelSet own = LabelSet.of(model.config().labels());
            if (!new HashSet<>(own.names()).equals(new HashSet<>(labels.names()))) {
                model.close();
                throw new TrainingException(files.describe("config.json") + ": id2label: expected a teacher with the"
                        + " student's labels, " + shown(labels.names()) + ", found " + shown(own.names()));
            }
            this.order = labels.names().stream()
                    .mapToInt(name -> own.id(name).orElseThrow())
                    .toArray();
            this.pictures = new LabelledPictures(train.examples(), ImagePreparation.of(files));
            this.known = new float[train.size()][];
        }

        private static String shown(List<String> names) {
            String first = String.join(", ", names.subList(0, Math.min(names.size(), 8)));
            return names.size() > 8 ? first + ", … (" + names.size() + ")" : first;
        }

        @Override
        public Tensor logits(int[] examples, ImagePreparation.Draws draws) {
            if (draws != null) {
                return ordered(ask(pictures.augmented(examples, draws)));
            }
            Tensor logits = Tensor.zeros(examples.length, order.length);
            for (int i = 0; i < examples.length; i++) {
                int example = examples[i];
                if (known[example] == null) {
                    known[example] =
                            ordered(ask(pictures.plain(new int[] {example}))).toArray();
                }
                System.arraycopy(known[example], 0, logits.data(), i * order.length, order.length);
            }
            return logits;
        }

        private Tensor ask(ImageBatch batch) {
            return model.forward(batch).logits();
        }

        private Tensor ordered(Tensor logits) {
            int columns = order.length;
            Tensor ordered = Tensor.zeros(logits.dimension(0), columns);
            for (int i = 0; i < ordered.size(); i++) {
                ordered.data()[i] = logits.data()[i / columns * columns + order[i % columns]];
            }
            return ordered;
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /**
     * A file of scores.
     *
     * @param logits {@code [examples, labels]}
     */
    record ByFile(Tensor logits) implements ImageLessons {

        static ByFile read(Path file, int examples, int labels) {
            SequencedMap<String, Tensor> tensors = WeightsFile.read(file);
            if (tensors.size() != 1) {
                throw new TrainingException(
                        file + ": expected one tensor, the teacher's logits, found " + tensors.keySet());
            }
            Tensor logits = tensors.firstEntry().getValue();
            if (logits.rank() != 2 || logits.dimension(0) != examples || logits.dimension(1) != labels) {
                throw new TrainingException(file + ": expected the teacher's logits of " + examples + " examples and "
                        + labels + " labels, found " + logits);
            }
            return new ByFile(logits);
        }

        @Override
        public Tensor logits(int[] examples, ImagePreparation.Draws draws) {
            int columns = logits.dimension(1);
            Tensor chosen = Tensor.zeros(examples.length, columns);
            for (int i = 0; i < examples.length; i++) {
                System.arraycopy(logits.data(), examples[i] * columns, chosen.data(), i * columns, columns);
            }
            return chosen;
        }

        @Override
        public void close() {}
    }
}

package io.tesserae.training.task;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.files.ModelFiles;
import java.nio.file.Path;

/** Who a student learns from. */
public sealed interface ImageTeacher {

    /**
     * A classifier, of whatever family. It must tell the same labels apart as the student, in whatever order, and sees the same parts of the
     * same pictures, prepared as its own processor has it.
     *
     * @param files its checkpoint
     */
    record Classifier(ModelFiles files) implements ImageTeacher {

        /** Checks that there is one. */
        public Classifier {
            Arguments.require(files, "files");
        }
    }

    /**
     * What a classifier said once: a safetensors file of one float32 tensor, {@code [examples, labels]}. The examples are in the order of
     * the folder (labels, then files, each sorted by name), the labels in the student's. The whole picture was seen, whatever part of it the
     * student sees.
     *
     * @param file where it is
     */
    record Logits(Path file) implements ImageTeacher {

        /** Checks that there is one. */
        public Logits {
            Arguments.require(file, "file");
        }
    }

    /** A checkpoint in a folder. */
    static ImageTeacher classifier(Path directory) {
        return new Classifier(ModelFiles.directory(directory));
    }
}

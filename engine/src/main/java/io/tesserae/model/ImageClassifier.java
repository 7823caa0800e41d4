package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Linear;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;
import java.util.Optional;

/** A model that gives every picture a score per label. Immutable and thread-safe. */
@SuppressWarnings("exports") // families make heads, nobody else
public final class ImageClassifier implements Model {

    private final ImageBackbone backbone;
    private final int labels;
    private final Scoring scoring;

    /** Puts a model together: a backbone, and what runs it and scores its pictures. */
    public ImageClassifier(ImageBackbone backbone, int labels, Scoring scoring) {
        this.backbone = Arguments.require(backbone, "backbone");
        this.labels = labels;
        this.scoring = Arguments.require(scoring, "scoring");
    }

    /** A model whose head is a linear layer on the class token, {@code [labels, hidden]}: {@code ViTForImageClassification}. */
    public static ImageClassifier ofClassToken(ImageEncoder encoder, Linear classifier) {
        Arguments.require(encoder, "encoder");
        Arguments.require(classifier, "classifier");
        return new ImageClassifier(encoder, classifier.outFeatures(), (frame, batch, sequenceStarts, recording) -> {
            // [images, hidden]
            Tensor classTokens = encoder.encode(frame, batch, sequenceStarts, recording, Rows.FIRST);
            return Scores.of(classifier.forward(frame.workspace(), classTokens));
        });
    }

    /** From a batch to its scores: the backbone, then the head. */
    @FunctionalInterface
    public interface Scoring {

        /**
         * Scores every picture.
         *
         * @param frame for what is in between
         * @param sequenceStarts where each picture's rows of the residual stream begin, and where the last's end
         */
        Scores score(Frame frame, ImageBatch batch, int[] sequenceStarts, Recording recording);
    }

    /**
     * What a head says, each {@code [images, labels]}.
     *
     * @param logits the answer
     * @param clsLogits that of the class token, where it is not the answer
     * @param distillationLogits that of a distillation token
     */
    public record Scores(Tensor logits, Optional<Tensor> clsLogits, Optional<Tensor> distillationLogits) {

        /** Refuses null. */
        public Scores {
            Arguments.require(logits, "logits");
            Arguments.require(clsLogits, "clsLogits");
            Arguments.require(distillationLogits, "distillationLogits");
        }

        /** Of a head that gives one answer. */
        public static Scores of(Tensor logits) {
            return new Scores(logits, Optional.empty(), Optional.empty());
        }
    }

    /**
     * Scores every picture of a batch.
     *
     * @param interpolatePositions as in {@link ImageEncoder#forward}
     * @throws IllegalArgumentException as there
     */
    public ImageClassifierOutput forward(ImageBatch batch, OutputOptions options, boolean interpolatePositions) {
        int[] sequenceStarts = backbone.startsOf(batch, interpolatePositions);
        Recording recording = backbone.recording(options, sequenceStarts);
        Scores scores;
        try (Workspace workspace = backbone.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            scores = scoring.score(frame, batch, sequenceStarts, recording);
        }
        return new ImageClassifierOutput(
                sequenceStarts,
                NotFinite.warn("logits", scores.logits()),
                scores.clsLogits(),
                scores.distillationLogits(),
                recording.allHiddenStates(),
                recording.allAttentions(),
                recording.allCrossAttentions());
    }

    /** What lies below the head. */
    public ImageBackbone backbone() {
        return backbone;
    }

    /** How many labels there are. */
    public int labels() {
        return labels;
    }

    /** Its sizes. */
    @Override
    public String toString() {
        return backbone + ", " + labels() + (labels() == 1 ? " label" : " labels");
    }

    @Override
    public void close() {
        backbone.close();
    }
}

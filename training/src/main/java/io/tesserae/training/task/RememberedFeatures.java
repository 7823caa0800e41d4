package io.tesserae.training.task;

import io.tesserae.model.ImageBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.network.HeadOnFeatures;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Features of pictures that stay as they are, below a head that alone is trained: each picture's are computed when they are first asked
 * for, and kept. They are the same bits in every batch, so nothing that is trained with them differs. Used by one thread.
 */
final class RememberedFeatures {

    /** How many values are kept at most: 256 MB. */
    static final long MOST_VALUES = 1L << 26;

    private static final int SHARE_OF_MEMORY = 8;

    private final TrainedNetwork<Network.OfClassifiedPictures> trained;
    private final HeadOnFeatures network;
    private final LabelledPictures pictures;
    private final float[][] known; // [examples][features], null where nobody has asked yet

    private RememberedFeatures(
            TrainedNetwork<Network.OfClassifiedPictures> trained, HeadOnFeatures network, LabelledPictures pictures) {
        this.trained = trained;
        this.network = network;
        this.pictures = pictures;
        this.known = new float[pictures.size()][];
    }

    /**
     * Those of some pictures, prepared as the model is used.
     *
     * @param mostValues how many may be kept
     * @return empty where features may change from step to step, or are too many
     */
    static Optional<RememberedFeatures> of(
            TrainedNetwork<Network.OfClassifiedPictures> trained, LabelledPictures pictures, long mostValues) {
        if (!(trained.network() instanceof HeadOnFeatures network) || !areConstant(trained, network.classifier())) {
            return Optional.empty();
        }
        long values = (long) pictures.size() * network.classifier().inFeatures();
        long room = Runtime.getRuntime().maxMemory() / Float.BYTES / SHARE_OF_MEMORY;
        return values <= Math.min(mostValues, room)
                ? Optional.of(new RememberedFeatures(trained, network, pictures))
                : Optional.empty();
    }

    /** Whether nothing below the head is trained, or left out by chance. */
    private static boolean areConstant(TrainedNetwork<?> trained, Linear head) {
        Set<Parameter> ofHead = new HashSet<>(Set.of(head.weight()));
        head.bias().ifPresent(ofHead::add);
        return !trained.parameters().leavesOut()
                && trained.parameters().all().stream()
                        .noneMatch(parameter -> parameter.isTrained() && !ofHead.contains(parameter));
    }

    /**
     * The head's scores, {@code [pictures, labels]}.
     *
     * @param examples which pictures
     */
    Variable logits(Tape tape, int[] examples) {
        int[] unknown = Arrays.stream(examples)
                .filter(example -> known[example] == null)
                .distinct()
                .toArray();
        if (unknown.length > 0) {
            remember(tape, unknown);
        }
        int columns = network.classifier().inFeatures();
        Tensor features = tape.constantMemory(examples.length, columns);
        for (int i = 0; i < examples.length; i++) {
            System.arraycopy(known[examples[i]], 0, features.data(), i * columns, columns);
        }
        return network.classifier().forward(tape, tape.constant(features));
    }

    private void remember(Tape tape, int[] unknown) {
        ImageBatch batch = pictures.plain(unknown);
        try (Tape within = tape.evaluating()) {
            Variable features = PictureScores.of(trained, () -> network.features(within, batch));
            float[][] rows = EvaluationBatches.rowsOf(features.value());
            for (int i = 0; i < unknown.length; i++) {
                known[unknown[i]] = rows[i];
            }
        }
    }
}

package io.tesserae.cli.model.feed;

import io.tesserae.cli.console.CommandException;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.latent.MultimodalInputs;
import io.tesserae.model.latent.OutputPoints;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Videos with their sound from a safetensors file, and what is wanted back of each.
 *
 * @param videos of one size
 * @param points the same of every video
 */
public record MultimodalFeed(List<MultimodalInputs> videos, OutputPoints points) {

    private static final String AUDIO = "inputs.audio";
    private static final String IMAGE = "inputs.image";
    private static final String LABEL = "inputs.label";
    private static final String AUDIO_POINTS = "subsampled_output_points.audio";
    private static final String IMAGE_POINTS = "subsampled_output_points.image";

    private static final List<String> NEEDED = List.of(AUDIO, IMAGE, AUDIO_POINTS, IMAGE_POINTS);

    private static final String EXPECTED = AUDIO + " [batch, samples, 1] and " + IMAGE
            + " [batch, frames, 3, height, width] as F32, " + AUDIO_POINTS
            + " [points] (indices of patches of sound) and " + IMAGE_POINTS
            + " [points] (indices of pixels in all frames) as I64, and, if wanted, " + LABEL
            + " [batch, labels], which has no effect";

    /**
     * Reads it.
     *
     * @param labels how many the model has
     */
    public static MultimodalFeed read(SafetensorsFile file, int labels) {
        for (String name : file.names()) {
            if (!NEEDED.contains(name) && !name.equals(LABEL)) {
                throw new CommandException(file.describe(name) + ": unknown input; expected " + EXPECTED);
            }
        }
        for (String name : NEEDED) {
            if (!file.names().contains(name)) {
                throw new CommandException(file + ": has no tensor " + name + "; expected " + EXPECTED);
            }
        }
        Tensor image = FloatFeed.read(file, IMAGE, "[batch, frames, 3, height, width]", 5);
        Tensor audio = FloatFeed.read(file, AUDIO, "[batch, samples, 1]", 3);
        int batch = image.dimension(0);
        if (audio.dimension(0) != batch || audio.dimension(2) != 1) {
            throw new CommandException(file.describe(AUDIO) + ": expected the shape [batch, samples, 1] and the "
                    + batch + " of the batch in " + IMAGE + ", found " + Arrays.toString(audio.shape()));
        }
        if (file.names().contains(LABEL)) {
            Tensor label = FloatFeed.read(file, LABEL, "[batch, labels]", 2);
            if (label.dimension(0) != batch || label.dimension(1) != labels) {
                throw new CommandException(file.describe(LABEL) + ": expected the shape [" + batch + ", " + labels
                        + "], found " + Arrays.toString(label.shape()));
            }
        }
        List<MultimodalInputs> videos = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            Tensor sound = part(audio, i);
            videos.add(new MultimodalInputs(part(image, i), sound.reshape(sound.size())));
        }
        return new MultimodalFeed(videos, new OutputPoints(indices(file, IMAGE_POINTS), indices(file, AUDIO_POINTS)));
    }

    /** One of the batch. */
    private static Tensor part(Tensor batch, int index) {
        int[] shape = Arrays.copyOfRange(batch.shape(), 1, batch.rank());
        int size = batch.size() / batch.dimension(0);
        return Tensor.of(Arrays.copyOfRange(batch.data(), index * size, (index + 1) * size), shape);
    }

    /** Whole numbers in a row; none is a number too. */
    private static int[] indices(SafetensorsFile file, String name) {
        long[] shape = TokenFeed.require(file, name).shape();
        if (shape.length != 1 || shape[0] > Integer.MAX_VALUE - 8) {
            throw new CommandException(
                    file.describe(name) + ": expected the shape [points], found " + Arrays.toString(shape));
        }
        int[] indices = new int[(int) shape[0]];
        file.readInts(name, 0, indices, 0, indices.length);
        return indices;
    }
}

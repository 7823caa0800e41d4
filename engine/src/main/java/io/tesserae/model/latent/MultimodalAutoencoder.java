package io.tesserae.model.latent;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Recording;
import io.tesserae.model.OutputOptions;
import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.function.Consumer;

/**
 * A model that reads a video with its sound, and gives back pixels, sound and a score per label: transformers' {@code
 * PerceiverForMultimodalAutoencoding}. Immutable and thread-safe.
 *
 * <p>{@linkplain #encode Reading} is the long part. {@linkplain #decode Answers} can be had as often as you like of what was read, each
 * of as many points as memory allows: a point takes some 20 kB while it is worked on, and a video of 16 frames of 224 x 224 pixels has
 * 802,816 of them, so {@link #reconstruct} asks in chunks. A point's answer does not depend on what else is asked for: how many chunks
 * there are changes not one bit.
 */
@SuppressWarnings("exports") // what families compute with is not for others
public abstract class MultimodalAutoencoder extends LatentModel {

    /** A video of more rows is refused: some gigabytes of them. */
    private static final int MOST_ROWS = 1 << 20;

    /** Pixels along the side of a square that is read as one. */
    private static final int BLOCK = 4;

    /** What every such model has. */
    protected MultimodalAutoencoder(Engine engine, Sizes sizes) {
        super(engine, sizes);
    }

    /**
     * Reads a video with its sound. The rows that it is made of are in memory meanwhile: 150 MB of them for 16 frames of 224 x 224 pixels.
     *
     * @throws IllegalArgumentException if the video has a single frame, its height or width is no multiple of 4, the sound cannot be cut
     *     into patches, or they are too large
     */
    public final Latents encode(MultimodalInputs inputs) {
        requireReadable(inputs);
        try (Workspace workspace = engine().machine().workspace();
                Frame frame = workspace.frame()) {
            return new Latents(encode(frame, inputs, recording(OutputOptions.RESULT_ONLY, 1))
                    .copy());
        }
    }

    /**
     * Asks about what was read.
     *
     * @param latents from {@link #encode} of this model
     * @param points those that are wanted; with {@link OutputPoints#NONE}, the label alone is told
     * @return no hidden states and no attentions
     * @throws IllegalArgumentException if a point is not one of {@link #outputs}, or the latents have another model's shape
     */
    public final MultimodalOutput decode(Latents latents, OutputPoints points) {
        requireOpen();
        outputs().require(points);
        Tensor values = Arguments.require(latents, "latents").shared();
        if (values.dimension(0) != latents() || values.dimension(1) != hiddenSize()) {
            throw new IllegalArgumentException("latents: expected " + latents() + " latents of " + hiddenSize()
                    + " numbers, from this model, found " + latents);
        }
        Recording recording = recording(OutputOptions.RESULT_ONLY, 1);
        try (Workspace workspace = engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor own = frame.tensor(latents(), hiddenSize()); // [latents, hidden]
            System.arraycopy(values.data(), 0, own.data(), 0, values.size());
            return output(decode(frame, own, points, recording), recording);
        }
    }

    /**
     * Reads a video with its sound, and asks about it: the same bits as {@link #encode} and {@link #decode}.
     *
     * @throws IllegalArgumentException as there
     */
    public final MultimodalOutput forward(MultimodalInputs inputs, OutputPoints points, OutputOptions options) {
        Arguments.require(options, "options");
        requireReadable(inputs);
        outputs().require(points);
        Recording recording = recording(options, 1);
        try (Workspace workspace = engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor latents = encode(frame, inputs, recording); // [latents, hidden]
            return output(decode(frame, latents, points, recording), recording);
        }
    }

    /**
     * Gives back all that was read, part by part.
     *
     * @param chunks how many parts: more of them take less memory, and few points each take more time
     * @param consumer is given each part when it is there, from the first to the last
     * @throws IllegalArgumentException if there cannot be so many, or as {@link #decode}
     */
    public final void reconstruct(Latents latents, int chunks, Consumer<? super MultimodalChunk> consumer) {
        Arguments.require(latents, "latents");
        Arguments.require(consumer, "consumer");
        outputs().requireChunks(chunks);
        for (int index = 0; index < chunks; index++) {
            OutputPoints points = outputs().chunk(index, chunks);
            MultimodalOutput output = decode(latents, points);
            consumer.accept(new MultimodalChunk(index, points, output.image(), output.audio(), output.label()));
        }
    }

    /**
     * Gives back all that was read.
     *
     * @param chunks as for {@link #reconstruct(Latents, int, Consumer)}; whatever their number, the result is the same
     * @throws IllegalArgumentException likewise
     */
    public final MultimodalReconstruction reconstruct(Latents latents, int chunks) {
        MultimodalShape outputs = outputs();
        Tensor video = Tensor.zeros(outputs.frames(), 3, outputs.height(), outputs.width());
        Tensor audio = Tensor.zeros(outputs.samples());
        Tensor label = Tensor.zeros(outputs.labels());
        reconstruct(latents, chunks, chunk -> {
            place(chunk, video, audio);
            System.arraycopy(chunk.label().data(), 0, label.data(), 0, label.size());
        });
        return new MultimodalReconstruction(video, audio, label);
    }

    private void place(MultimodalChunk chunk, Tensor video, Tensor audio) {
        int plane = outputs().height() * outputs().width();
        int[] pixels = chunk.points().image();
        for (int i = 0; i < pixels.length; i++) {
            for (int colour = 0; colour < 3; colour++) {
                int to = (pixels[i] / plane * 3 + colour) * plane + pixels[i] % plane;
                video.data()[to] = chunk.image().data()[i * 3 + colour];
            }
        }
        int[] patches = chunk.points().audio();
        int samples = outputs().samplesPerPatch();
        for (int i = 0; i < patches.length; i++) {
            System.arraycopy(chunk.audio().data(), i * samples, audio.data(), patches[i] * samples, samples);
        }
    }

    // --- What a family computes

    /**
     * Reads.
     *
     * @param frame receives the result
     * @return {@code [latents, hidden]}, good until the frame is closed
     */
    protected abstract Tensor encode(Frame frame, MultimodalInputs inputs, Recording recording);

    /**
     * Answers.
     *
     * @param frame for what is in between
     * @param latents {@code [latents, hidden]}, which need not be what they were afterwards
     * @param points that there are
     */
    protected abstract Answer decode(Frame frame, Tensor latents, OutputPoints points, Recording recording);

    /**
     * An answer, in memory of its own.
     *
     * @param image {@code [image points, 3]}
     * @param audio {@code [audio points · samples per patch]}
     * @param label {@code [labels]}
     */
    public record Answer(Tensor image, Tensor audio, Tensor label) {}

    // --- Sizes

    /** What there is to ask for. */
    public abstract MultimodalShape outputs();

    private static MultimodalOutput output(Answer answer, Recording recording) {
        return new MultimodalOutput(
                NotFinite.warn("numbers of pixels", answer.image()),
                NotFinite.warn("samples", answer.audio()),
                NotFinite.warn("logits", answer.label()),
                recording.allHiddenStates(),
                ofOne(recording.allAttentions()),
                ofOne(recording.allCrossAttentions()));
    }

    /** The maps of the only sequence that there is. */
    private static List<Tensor> ofOne(List<List<Tensor>> maps) {
        return maps.stream().map(List::getFirst).toList();
    }

    private void requireReadable(MultimodalInputs inputs) {
        Arguments.require(inputs, "inputs");
        requireOpen();
        Tensor video = inputs.video();
        int frames = video.dimension(0);
        int height = video.dimension(2);
        int width = video.dimension(3);
        if (frames < 2 || height % BLOCK != 0 || width % BLOCK != 0) {
            throw new IllegalArgumentException(
                    "video: expected 2 frames or more, whose height and width are multiples of " + BLOCK + ", found "
                            + frames + " of " + height + " x " + width + " (height x width)");
        }
        int samples = inputs.audio().size();
        if (samples % outputs().samplesPerPatch() != 0) {
            throw new IllegalArgumentException("audio: expected a multiple of "
                    + outputs().samplesPerPatch() + " samples (samples_per_patch in config.json), found " + samples);
        }
        long rows = (long) frames * (height / BLOCK) * (width / BLOCK)
                + samples / outputs().samplesPerPatch()
                + 1;
        if (rows > MOST_ROWS) {
            throw new IllegalArgumentException("the video is too large: its squares of " + BLOCK + " x " + BLOCK
                    + " pixels and the patches of its sound are " + rows + " rows to read; at most " + MOST_ROWS
                    + " are taken");
        }
    }

    /** Its sizes. */
    @Override
    public final String toString() {
        MultimodalShape outputs = outputs();
        return describeLatents() + ", videos of " + outputs.frames() + " frames of " + outputs.width() + " x "
                + outputs.height() + " and " + outputs.samples() + " samples, " + outputs.labels()
                + (outputs.labels() == 1 ? " label" : " labels");
    }
}

package io.tesserae.pipelines.attention.mixed;

import static io.tesserae.generation.GenerationOption.NUM_RETURN_SEQUENCES;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoModelForMultimodalLM;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.model.PictureAttention;
import io.tesserae.model.PictureRows;
import io.tesserae.pipelines.attention.CaptionWords;
import io.tesserae.pipelines.attention.PatchGrid;
import io.tesserae.pipelines.generation.Conversation;
import io.tesserae.pipelines.generation.ImageTextToTextOptions;
import io.tesserae.pipelines.generation.ImageTextToTextPipeline;
import io.tesserae.pipelines.generation.MixedPrompt;
import io.tesserae.pipelines.generation.MixedWriting;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.RunningOutOfMemory;
import io.tesserae.pipelines.schedule.Work;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Words with pictures among them in, what a model writes behind them out, and for each word of it where in which picture it looked.
 *
 * <p>The text is written as {@link ImageTextToTextPipeline} writes it. Then it is read once more, and what its tokens look at is kept: the
 * same bits as while it was written, also where that was done with beams.
 *
 * <ul>
 *   <li>Idefics3 and SmolVLM have a picture's rows among the words: a map is the self-attention of all layers at the marks of the picture.
 *       A picture that is cut has one map, as fine as its tiles are.
 *   <li>IDEFICS has gated layers between the others, which look at the picture that came last. A map is their cross-attention. With a
 *       resampler these look at latents; a word then looks at a patch as much as at each latent times what that latent looks at the patch,
 *       in the mean over the resampler's blocks and heads: the first blocks read too, and what they have read stays in the latents.
 * </ul>
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class MixedAttentionPipeline implements Pipeline<MixedPrompt, ImageTextToTextOptions, MixedAttention> {

    /** The task {@code mixed-attention}. */
    public static final PipelineTask<MixedAttentionPipeline> TASK =
            new PipelineTask<>(MixedAttentionPipeline.class, List.of("mixed-attention"), MixedAttentionPipeline::new);

    /** The pictures of a prompt stay in memory until they are drawn on. */
    private static final int ONE_BY_ONE = 1;

    private final ImageTextToTextPipeline writer;
    private final String description;
    private final Calls calls;

    private MixedAttentionPipeline(Checkpoint checkpoint, Engine engine) {
        this.writer = ImageTextToTextPipeline.TASK.open(checkpoint, engine);
        this.description = Descriptions.of(TASK, writer.model().config(), engine);
        this.calls = Calls.UNHEARD;
    }

    private MixedAttentionPipeline(MixedAttentionPipeline other, Calls calls) {
        this.writer = other.writer;
        this.description = other.description;
        this.calls = calls;
    }

    /** Continues a prompt as the checkpoint and the task have it, and says where each word comes from. */
    public MixedAttention attend(MixedPrompt prompt) {
        return answer(prompt);
    }

    /** Continues a prompt, with other choices. */
    public MixedAttention attend(MixedPrompt prompt, ImageTextToTextOptions options) {
        return answer(prompt, options);
    }

    /**
     * Continues prompts, in their order, and says where each word comes from.
     *
     * @param options all but whether the prompt is shown, which it never is. Where they say nothing of batches, prompts go through the model
     *     one by one
     * @throws io.tesserae.loaders.image.ImageException if a picture cannot be read; the message names it
     * @throws IllegalArgumentException as {@link ImageTextToTextPipeline#generate(List, ImageTextToTextOptions)}, if a prompt has no picture,
     *     or several answers are asked for
     * @throws io.tesserae.loaders.files.ModelLoadingException if one is a conversation and the checkpoint has no chat template
     */
    @Override
    public List<MixedAttention> answer(List<? extends MixedPrompt> inputs, ImageTextToTextOptions options) {
        return calls.list(inputs, batchSize(options), new Attending(options));
    }

    @Override
    public Stream<MixedAttention> answer(Stream<? extends MixedPrompt> inputs, ImageTextToTextOptions options) {
        return calls.stream(inputs, batchSize(options), new Attending(options));
    }

    @Override
    public ImageTextToTextOptions defaultOptions() {
        return ImageTextToTextOptions.DEFAULT;
    }

    private static int batchSize(ImageTextToTextOptions options) {
        int asked = Arguments.require(options, "options").batchSize();
        return asked > 0 ? asked : ONE_BY_ONE;
    }

    /** A prompt is one sequence, read with its batch. */
    private final class Attending implements Work<MixedPrompt, MixedPrompt, MixedAttention, MixedAttention> {

        private final ImageTextToTextOptions options;

        Attending(ImageTextToTextOptions options) {
            this.options = options;
            int answers = options.config().over(writer.generationConfig()).get(NUM_RETURN_SEQUENCES);
            if (answers > 1) {
                throw new IllegalArgumentException(
                        "num_return_sequences: where an answer comes from is said of one answer to a prompt; expected 1,"
                                + " found " + answers);
            }
        }

        @Override
        public List<MixedPrompt> encode(MixedPrompt prompt) {
            long pictures = switch (prompt) {
                case MixedPrompt.Parts(List<MixedPrompt.Part> parts) -> pictures(parts);
                case MixedPrompt.Marked marked -> marked.pictures().size();
                case MixedPrompt.Chat(Conversation conversation) ->
                    conversation.pictures().size();
            };
            if (pictures + pictures(options.examples()) == 0) {
                throw new IllegalArgumentException("a prompt without a picture: where words come from is said of"
                        + " pictures; give it one, with <image> where it stands");
            }
            return List.of(prompt);
        }

        private static long pictures(List<MixedPrompt.Part> parts) {
            return parts.stream()
                    .filter(MixedPrompt.Part.Picture.class::isInstance)
                    .count();
        }

        @Override
        public int size(MixedPrompt prompt) {
            return 1;
        }

        /** A prompt that cannot be answered is told from the others of its batch by asking them one by one. */
        @Override
        public Outcome<MixedAttention> run(List<MixedPrompt> batch) {
            try {
                return new Outcome<>(attendTogether(batch, options), null);
            } catch (RuntimeException e) {
                if (batch.size() == 1) {
                    return new Outcome<>(List.of(), e);
                }
                List<MixedAttention> answers = new ArrayList<>();
                for (MixedPrompt prompt : batch) {
                    Outcome<MixedAttention> alone = run(List.of(prompt));
                    if (alone.failure() != null) {
                        return new Outcome<>(answers, alone.failure());
                    }
                    answers.addAll(alone.results());
                }
                return new Outcome<>(answers, null);
            }
        }

        @Override
        public MixedAttention answer(MixedPrompt input, List<MixedPrompt> prompts, List<MixedAttention> results) {
            return results.getFirst();
        }

        @Override
        public <T> T withinMemory(Supplier<T> work) {
            return RunningOutOfMemory.refusesPictures(work);
        }
    }

    private List<MixedAttention> attendTogether(List<MixedPrompt> prompts, ImageTextToTextOptions options) {
        MixedWriting writing = writer.write(prompts, options);
        PictureAttention attention = writer.model().visionLanguageModel().attend(writing.prompts(), writing.written());
        List<MixedAttention> answers = new ArrayList<>();
        for (int prompt = 0; prompt < prompts.size(); prompt++) {
            answers.add(answer(writing, prompt, attention));
        }
        return answers;
    }

    private MixedAttention answer(MixedWriting writing, int prompt, PictureAttention attention) {
        var tokens = writing.prompts().texts();
        int last = tokens.inputIds()[tokens.sequenceStarts()[prompt + 1] - 1];
        CaptionWords words = CaptionWords.behind(last, writing.written()[prompt], tokenizer());
        int tile = writing.prompts().pictureStarts()[prompt];
        List<MixedAttention.Picture> pictures = new ArrayList<>();
        for (MixedWriting.Seen picture : writing.pictures().get(prompt)) {
            int end = tile + Math.toIntExact(picture.tiles().tiles());
            PictureShares shares = new PictureShares(rows());
            PatchGrid grid = new PatchGrid(
                    picture.image(),
                    picture.region(),
                    shares.gridRows(picture.tiles()),
                    shares.gridColumns(picture.tiles()));
            pictures.add(new MixedAttention.Picture(
                    picture.name(), words.attention(grid, ofLayers(attention, shares, picture, tile, end))));
            tile = end;
        }
        return new MixedAttention(words.caption(), pictures);
    }

    /** By layer {@code [1, tokens, patches of the picture]}. */
    private static List<Tensor> ofLayers(
            PictureAttention attention, PictureShares shares, MixedWriting.Seen picture, int from, int to) {
        List<Optional<Tensor>> latents = new ArrayList<>();
        for (int tile = from; tile < to; tile++) {
            int index = tile;
            List<Tensor> blocks = attention.resampler().stream()
                    .map(block -> block.get(index))
                    .toList();
            latents.add(
                    blocks.isEmpty() ? Optional.empty() : Optional.of(PictureShares.ofLatents(blocks, shares.rows())));
        }
        List<Tensor> layers = new ArrayList<>();
        for (List<Tensor> layer : attention.layers()) {
            List<Tensor> tiles = new ArrayList<>();
            for (int tile = from; tile < to; tile++) {
                tiles.add(shares.ofTile(layer.get(tile), latents.get(tile - from)));
            }
            layers.add(shares.ofPicture(tiles, picture.tiles()));
        }
        return layers;
    }

    private PictureRows rows() {
        return writer.model().visionLanguageModel().pictureRows();
    }

    /** How many layers look at pictures, of each of which a word has a map. */
    public int layers() {
        return rows().layers();
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return writer.tokenizer();
    }

    /** The model. */
    public AutoModelForMultimodalLM model() {
        return writer.model();
    }

    @Override
    public MixedAttentionPipeline withListener(PipelineListener listener) {
        return new MixedAttentionPipeline(this, Calls.heardBy(listener));
    }

    @Override
    public String description() {
        return description;
    }

    /** The {@link #description}. */
    @Override
    public String toString() {
        return description;
    }

    /** Lets go of the checkpoint's files; calls that come later fail. */
    @Override
    public void close() {
        writer.close();
    }
}

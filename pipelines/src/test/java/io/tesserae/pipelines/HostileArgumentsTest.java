package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tesserae.engine.Engine;
import io.tesserae.families.Families;
import io.tesserae.family.Head;
import io.tesserae.generated.ColBertFolder;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.generation.Generator;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoModel;
import io.tesserae.loaders.AutoModelForActing;
import io.tesserae.loaders.AutoModelForCausalLM;
import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.AutoModelForImageTextRetrieval;
import io.tesserae.loaders.AutoModelForImageTextToText;
import io.tesserae.loaders.AutoModelForMaskedLM;
import io.tesserae.loaders.AutoModelForMultimodalAutoencoding;
import io.tesserae.loaders.AutoModelForMultipleChoice;
import io.tesserae.loaders.AutoModelForNextSentencePrediction;
import io.tesserae.loaders.AutoModelForOpticalFlow;
import io.tesserae.loaders.AutoModelForQuestionAnswering;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.AutoModelForStreams;
import io.tesserae.loaders.AutoModelForTokenClassification;
import io.tesserae.loaders.AutoModelForVisualQuestionAnswering;
import io.tesserae.loaders.AutoModelForZeroShotImageClassification;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.AutoVisionModel;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.chat.ChatMessage;
import io.tesserae.loaders.chat.ChatTemplateException;
import io.tesserae.loaders.episode.PaddedSequences;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.hub.Hub;
import io.tesserae.loaders.hub.HubCache;
import io.tesserae.loaders.hub.HubException;
import io.tesserae.loaders.hub.HubSettings;
import io.tesserae.loaders.hub.ModelId;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.onnx.OnnxFile;
import io.tesserae.loaders.processor.Region;
import io.tesserae.loaders.processor.ResampleFilter;
import io.tesserae.loaders.processor.TiledImageProcessor;
import io.tesserae.loaders.processor.TiledImageProcessorConfig;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.loaders.sentence.BgeM3;
import io.tesserae.loaders.sentence.ColBert;
import io.tesserae.loaders.sentence.SentenceTransformer;
import io.tesserae.loaders.sentence.SparseTransformer;
import io.tesserae.loaders.stream.GatoNumbers;
import io.tesserae.loaders.stream.GatoTokenizer;
import io.tesserae.loaders.stream.StreamPart;
import io.tesserae.loaders.stream.StreamStep;
import io.tesserae.loaders.torch.TorchFile;
import io.tesserae.model.EmbeddingStep;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageClassifier;
import io.tesserae.model.InterleavedBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.PictureAttention;
import io.tesserae.model.PictureRows;
import io.tesserae.model.RowGrid;
import io.tesserae.model.SimilarityFunction;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.Observations;
import io.tesserae.model.latent.FeatureBatch;
import io.tesserae.model.latent.MultimodalChunk;
import io.tesserae.model.latent.MultimodalInputs;
import io.tesserae.model.latent.OutputPoints;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.agent.AgentOptions;
import io.tesserae.pipelines.agent.AgentPipeline;
import io.tesserae.pipelines.agent.Observation;
import io.tesserae.pipelines.attention.CaptionAttention;
import io.tesserae.pipelines.attention.CaptionAttentionOptions;
import io.tesserae.pipelines.attention.Heatmap;
import io.tesserae.pipelines.attention.PatchGrid;
import io.tesserae.pipelines.attention.WordAttention;
import io.tesserae.pipelines.attention.latents.ImageLatentAttention;
import io.tesserae.pipelines.attention.latents.LatentAttention;
import io.tesserae.pipelines.attention.latents.LatentDrawingOptions;
import io.tesserae.pipelines.attention.mixed.MixedAttention;
import io.tesserae.pipelines.flow.FlowProgress;
import io.tesserae.pipelines.flow.FramePair;
import io.tesserae.pipelines.flow.OpticalFlow;
import io.tesserae.pipelines.flow.OpticalFlowOptions;
import io.tesserae.pipelines.generation.Conversation;
import io.tesserae.pipelines.generation.ImageTextToTextOptions;
import io.tesserae.pipelines.generation.ImageToTextOptions;
import io.tesserae.pipelines.generation.MixedPrompt;
import io.tesserae.pipelines.generation.TextGenerationOptions;
import io.tesserae.pipelines.generation.TextPrompt;
import io.tesserae.pipelines.generation.VisualQuestionAnsweringOptions;
import io.tesserae.pipelines.image.ImageTextEmbeddingOptions;
import io.tesserae.pipelines.image.ZeroShotImageClassificationOptions;
import io.tesserae.pipelines.sentence.LateInteractionOptions;
import io.tesserae.pipelines.sentence.LateInteractionText;
import io.tesserae.pipelines.sentence.SemanticIndex;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SparseEmbeddingOptions;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.ScoreFunction;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.FillMask;
import io.tesserae.pipelines.text.MaskFilling;
import io.tesserae.pipelines.text.MaskSpan;
import io.tesserae.pipelines.text.QuestionInput;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import io.tesserae.pipelines.text.ZeroShotClassificationOptions;
import io.tesserae.pipelines.text.ZeroShotInput;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import io.tesserae.tensor.WeightException;
import io.tesserae.tokenizer.AddedToken;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Normalization;
import io.tesserae.tokenizer.Padding;
import io.tesserae.tokenizer.Span;
import io.tesserae.tokenizer.Tokenizer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Arguments that nobody should give: null, empty, ragged, negative. Whatever a public constructor or method of any public type
 * throws for them says in words what was wrong. A new public type is asked too, or the test says that it cannot be.
 */
class HostileArgumentsTest {

    private static final Path FIXTURES = Question.TEST_DATA.resolve("fixtures");

    /** Whatever is thrown is one of these, with a message. */
    private static final Set<Class<?>> IN_WORDS = Set.of(
            IllegalArgumentException.class,
            IllegalStateException.class,
            IndexOutOfBoundsException.class,
            ModelLoadingException.class,
            ChatTemplateException.class,
            WeightException.class,
            ImageException.class,
            CancellationException.class,
            UncheckedIOException.class,
            IOException.class,
            HubException.class,
            NoSuchFileException.class,
            FileSystemException.class);

    private static final Set<String> NOT_ASKED = Set.of("equals", "hashCode", "toString", "close", "valueOf");

    private static final Map<String, List<Object>> VALUES = values();

    private static Map<String, List<Object>> values() {
        Path text = FIXTURES.resolve("distilbert-base");
        Map<String, List<Object>> values = new HashMap<>();
        values.put("int", List.of(1, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE));
        values.put("long", List.of(1L, 0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE));
        values.put("float", List.of(1f, -1f, Float.NaN, Float.POSITIVE_INFINITY));
        values.put("double", List.of(0.5, -1.0, Double.NaN, 2.0));
        values.put("double[]", nulls(new double[] {0.5, -2}, new double[0], new double[] {Double.NaN}));
        values.put("boolean", List.of(true, false));
        values.put("String", nulls("the [MASK] actors", "", "\uD800", "\0"));
        values.put("Path", nulls(text, Path.of("no-such-file"), Path.of(".")));
        values.put("int[]", nulls(new int[] {2, 3}, new int[0], new int[] {-1}, new int[] {Integer.MAX_VALUE, 1, 2}));
        values.put(
                "int[][]",
                nulls(
                        new int[][] {{2, 3}, {4}},
                        new int[0][],
                        new int[][] {{}},
                        new int[][] {null},
                        new int[][] {{1, 1, 1}, {}},
                        new int[][] {{-1}, {Integer.MAX_VALUE}},
                        new int[][] {{0}, {1}, {1}}));
        values.put("long[]", nulls(new long[] {1, 2}, new long[0], new long[] {-1}));
        values.put("float[]", nulls(new float[] {1, 2}, new float[0], new float[] {Float.NaN}));
        values.put("byte[]", nulls(new byte[] {1, 2}, new byte[0]));
        values.put("List<String>", lists("the [MASK] actors", ""));
        values.put("List<TextInput>", lists(TextInput.of("the actors")));
        values.put("List<QuestionInput>", lists(new QuestionInput("who?", "the actors")));
        values.put("List<ZeroShotInput>", lists(new ZeroShotInput("the actors", List.of("film"))));
        values.put("List<ImageInput>", lists(ImageInput.of(ImageFiles.read(picture()))));
        FramePair frames =
                new FramePair(ImageInput.of(ImageFiles.read(picture())), ImageInput.of(ImageFiles.read(picture())));
        values.put("FramePair", nulls(frames));
        values.put("List<FramePair>", lists(frames));
        values.put("FlowProgress", nulls(FlowProgress.NONE));
        Conversation conversation = Conversation.of(List.of(ChatMessage.of("user", "what is it?")));
        values.put("TextPrompt", nulls(new TextPrompt.Text("the actors"), new TextPrompt.Chat(conversation)));
        values.put("List<TextPrompt>", lists(new TextPrompt.Text("the actors"), new TextPrompt.Chat(conversation)));
        values.put("MixedPrompt", nulls(MixedPrompt.of("<image> the actors"), new MixedPrompt.Chat(conversation)));
        values.put("List<MixedPrompt>", lists(MixedPrompt.of("the actors"), new MixedPrompt.Chat(conversation)));
        values.put("List<Part>", lists(new MixedPrompt.Part.Words("the actors")));
        values.put("List<Tensor>", lists(Tensor.zeros(3, 32, 32), Tensor.zeros(0), Tensor.zeros(1, 0, 5)));
        values.put("List<int[]>", lists(new int[] {2, 3}, new int[] {-1}));
        values.put("List<float[]>", lists(new float[] {1, 2}, new float[] {1}, new float[0]));
        values.put(
                "Tensor",
                nulls(Tensor.zeros(2, 3), Tensor.zeros(0), Tensor.zeros(1, 3, 32, 32), Tensor.zeros(0, 3, 2, 2)));
        values.put(
                "TokenBatch",
                nulls(
                        TokenBatch.of(new int[] {2, 3}),
                        TokenBatch.of(new int[] {Integer.MAX_VALUE}),
                        TokenBatch.of(new int[] {-1}, new int[0])));
        values.put(
                "ImageBatch",
                nulls(ImageBatch.of(Tensor.zeros(1, 3, 32, 32)), ImageBatch.of(Tensor.zeros(1, 1, 1, 1))));
        values.put(
                "MultimodalInputs",
                nulls(
                        new MultimodalInputs(Tensor.zeros(2, 3, 8, 8), Tensor.zeros(30)),
                        new MultimodalInputs(Tensor.zeros(1, 3, 1, 1), Tensor.zeros(1)),
                        new MultimodalInputs(Tensor.zeros(2, 3, 8, 8), Tensor.zeros(1))));
        values.put(
                "OutputPoints",
                nulls(
                        new OutputPoints(new int[] {0, 5}, new int[] {1}),
                        OutputPoints.NONE,
                        new OutputPoints(new int[] {-1}, new int[0]),
                        new OutputPoints(new int[0], new int[] {Integer.MAX_VALUE})));
        values.put("Consumer<MultimodalChunk>", nulls((Consumer<MultimodalChunk>) _ -> {}));
        values.put("OutputOptions", nulls(OutputOptions.RESULT_ONLY, new OutputOptions(true, true)));
        values.put("ModelFiles", nulls(ModelFiles.directory(text), ModelFiles.directory(Path.of(".."))));
        values.put("Engine", nulls(Engine.shared()));
        values.put("EncodingOptions", nulls(EncodingOptions.DEFAULT));
        values.put("TextInput", nulls(TextInput.of("the actors"), TextInput.of("")));
        values.put("QuestionInput", nulls(new QuestionInput("who?", "the actors")));
        values.put("ZeroShotInput", nulls(new ZeroShotInput("the actors", List.of("film"))));
        values.put("ImageInput", nulls(ImageInput.of(ImageFiles.read(picture()))));
        values.put("RgbImage", nulls(ImageFiles.read(picture())));
        values.put("Optional<String>", nulls(Optional.of("x"), Optional.empty()));
        values.put("Optional<ScoreFunction>", nulls(Optional.of(ScoreFunction.SIGMOID), Optional.empty()));
        values.put("Set<String>", nulls(Set.of("O"), Set.of()));
        values.put("Collection<String>", lists("O"));
        values.put("List<AddedToken>", lists(AddedToken.special("[X]")));
        values.put("Padding", nulls(Padding.toLength(5)));
        values.put("List<RgbImage>", lists(ImageFiles.read(picture())));
        values.put("OptionalInt", nulls(OptionalInt.of(1), OptionalInt.empty()));
        values.put("Tokenizer", nulls(AutoTokenizer.fromPretrained(text)));
        values.put("List<Encoding>", lists(AutoTokenizer.fromPretrained(text).encode("the actors")));
        values.put("char", List.of('a', '\0'));
        values.put(
                "Map<String, Integer>",
                nulls(Map.of("a", 0), Map.of(), Map.of("", -1), Map.of("a", Integer.MAX_VALUE)));
        values.put("Map<String, String>", nulls(Map.of("HOME", "here"), Map.of(), Map.of("HF_ENDPOINT", "")));
        values.put("SortedMap<Integer, String>", nulls(new TreeMap<>(Map.of(0, "a")), new TreeMap<>()));
        values.put("List<Double>", lists(0.5, Double.NaN));
        values.put("List<Integer>", lists(1, -1));
        values.put("Boolean", nulls(true));
        values.put("Throwable", nulls(new IOException("a cause")));
        values.put("Duration", nulls(Duration.ofSeconds(1), Duration.ZERO, Duration.ofSeconds(-1)));
        values.put("Instant", nulls(Instant.EPOCH));
        values.put("URI", nulls(URI.create("https://localhost"), URI.create(""), URI.create("mailto:nobody")));
        values.put("ProxySelector", nulls(ProxySelector.of(null)));
        values.put("LongConsumer", nulls((LongConsumer) _ -> {}));
        values.put("IntUnaryOperator", nulls(IntUnaryOperator.identity()));
        values.put("Predicate<String>", nulls((Predicate<String>) _ -> true));
        values.put("Supplier<RgbImage>", nulls((Supplier<RgbImage>) () -> ImageFiles.read(picture())));
        values.put("Function<String, InputStream>", nulls((Function<String, InputStream>) _ -> null));
        values.put("OutputStream", nulls(OutputStream.nullOutputStream()));
        values.put("Arena", nulls(Arena.global()));
        values.put("MemorySegment", nulls(MemorySegment.ofArray(new byte[20]), MemorySegment.NULL));
        values.put("boolean[]", nulls(new boolean[] {true}, new boolean[0]));
        values.put("char[]", nulls(new char[] {'a', 'b'}, new char[0]));
        values.put("BufferedImage", nulls(new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB)));
        return values;
    }

    private static Path picture() {
        return FIXTURES.resolve("images").resolve("shapes.png");
    }

    /** Good values first, null last. */
    private static List<Object> nulls(Object... values) {
        List<Object> list = new ArrayList<>(Arrays.asList(values));
        list.add(null);
        return list;
    }

    private static List<Object> lists(Object... values) {
        return nulls(List.of(values[0]), List.of(), Arrays.asList(values), Arrays.asList(values[0], null));
    }

    /** The modules whose public types are asked, each by one of its classes. */
    private static final List<Class<?>> MODULES =
            List.of(Tensor.class, Tokenizer.class, ModelFiles.class, Pipelines.class);

    private static final String FROM_CACHE = "only the cache makes one, of a model that it has";

    /** The public types that are not asked, or whose instances are not, and why. */
    private static final Map<String, String> NOT_ASKED_TYPES = Map.ofEntries(
            Map.entry("model.Decoder", "only a family makes one"),
            Map.entry("model.GroundedTextEncoder", "only a family makes one"),
            Map.entry("loaders.hub.CacheRemoval", FROM_CACHE),
            Map.entry("loaders.hub.HubException", "it carries a message, and is thrown by the hub alone"));

    /** What has to be made in more than one step; records, builders and all that one good call makes are made by themselves. */
    private static List<Object> madeByHand() throws IOException {
        Engine engine = Engine.shared();
        Path text = FIXTURES.resolve("distilbert-base");
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(text);
        List<Object> instances = new ArrayList<>(List.of(
                engine,
                Engine.builder(),
                Families.ALL,
                Head.ENCODER,
                Tensor.zeros(2, 3),
                TokenBatch.of(new int[] {2, 3}),
                ImageBatch.of(Tensor.zeros(1, 3, 32, 32)),
                InterleavedBatch.of(
                        TokenBatch.of(new int[] {2, 3}), Optional.empty(), new int[] {0, 0}, Optional.empty()),
                FeatureBatch.of(Tensor.zeros(1, 2, 3)),
                new MultimodalInputs(Tensor.zeros(2, 3, 8, 8), Tensor.zeros(30)),
                tokenizer,
                new Normalization.Precompiled(new byte[] {4, 0, 0, 0, 0, 0, 0, 0}), // a trie of one unit
                tokenizer.encode("the actors"),
                AutoImageProcessor.fromPretrained(FIXTURES.resolve("vit-classify")),
                tiledProcessor(),
                tiledProcessor().config(),
                tiledProcessor().process(new RgbImage(2, 1, new byte[6])),
                CheckpointWeights.open(ModelFiles.directory(text)),
                SafetensorsFile.open(text.resolve("model.safetensors")),
                onnxFile(),
                torchFile(),
                Hub.of(HubSettings.fromEnvironment(Map.of(), folder).withOffline(true)),
                HubSettings.fromEnvironment(Map.of(), folder).withOffline(true),
                new HubCache(folder),
                new ModelId("someone/something", "main"),
                SentenceEmbeddingOptions.DEFAULT,
                SparseEmbeddingOptions.DEFAULT,
                LateInteractionOptions.DEFAULT,
                LateInteractionText.query("a film"),
                ZeroShotClassificationOptions.DEFAULT,
                ZeroShotImageClassificationOptions.DEFAULT,
                ImageTextEmbeddingOptions.DEFAULT,
                SemanticIndex.of(List.of(new float[] {1, 2}), SimilarityFunction.COSINE),
                denseStep(),
                captionAttention(),
                new MixedAttention("a ship", List.of(new MixedAttention.Picture("ship.png", captionAttention()))),
                new MixedAttention.Picture("ship.png", captionAttention()),
                PictureRows.tokens(1, 1, 2),
                new PictureAttention(List.of(List.of(Tensor.zeros(1, 2, 2))), List.of()),
                latentAttention(),
                LatentDrawingOptions.DEFAULT,
                TextClassificationPipeline.TASK,
                CaptionAttentionOptions.DEFAULT,
                GenerationConfig.DEFAULTS,
                GenerationOption.NUM_BEAMS,
                new Generator(GenerationConfig.DEFAULTS),
                ImageToTextOptions.DEFAULT,
                ImageTextToTextOptions.DEFAULT,
                TextGenerationOptions.DEFAULT,
                VisualQuestionAnsweringOptions.DEFAULT,
                new OpticalFlow(Tensor.zeros(2, 3, 2)),
                OpticalFlowOptions.DEFAULT,
                FlowProgress.NONE,
                new FillMask(
                        List.of(List.of(new MaskFilling(1, 2, "a", "b"))),
                        List.of(new MaskSpan("a", 1, List.of(2), 0, 6, new Span(0, 6))),
                        "b",
                        0)));
        instances.addAll(partsOfEpisodes());
        instances.addAll(agents());
        instances.addAll(models());
        instances.addAll(List.of(
                Pipelines.captionAttention(FIXTURES.resolve("blip/caption")),
                Pipelines.featureExtraction(text),
                Pipelines.fillMask(FIXTURES.resolve("bert-mlm")),
                Pipelines.imageAttention(FIXTURES.resolve("vit-base")),
                Pipelines.imageClassification(FIXTURES.resolve("vit-classify")),
                Pipelines.imageFeatureExtraction(FIXTURES.resolve("vit-base")),
                Pipelines.imageLatentAttention(Packed.checkpoint(FIXTURES.resolve("perceiver/image-learned"))),
                Pipelines.imageTextToText(Packed.checkpoint(FIXTURES.resolve("idefics3/conversation"))),
                Pipelines.zeroShotImageClassification(Packed.checkpoint(FIXTURES.resolve("clip/pipeline"))),
                Pipelines.imageTextEmbedding(Packed.checkpoint(FIXTURES.resolve("clip/pipeline"))),
                Pipelines.imageToText(FIXTURES.resolve("blip/caption")),
                Pipelines.mixedAttention(Packed.checkpoint(FIXTURES.resolve("idefics/resampler"))),
                Pipelines.opticalFlow(Packed.checkpoint(FIXTURES.resolve("perceiver/flow"))),
                Pipelines.textGeneration(FIXTURES.resolve("gpt2/writing/model")),
                Pipelines.visualQuestionAnswering(FIXTURES.resolve("blip/question")),
                Pipelines.questionAnswering(ReferenceAnswers.fixture("distilbert-squad")),
                Pipelines.sentenceEmbedding(FIXTURES.resolve("sentence-embedding")),
                Pipelines.textAttention(text),
                Pipelines.textClassification(FIXTURES.resolve("distilbert-sst2")),
                Pipelines.textLatentAttention(Packed.checkpoint(FIXTURES.resolve("perceiver/sequence"))),
                Pipelines.textRanking(FIXTURES.resolve("distilbert-regression")),
                Pipelines.tokenClassification(FIXTURES.resolve("bert-ner")),
                Pipelines.zeroShotClassification(FIXTURES.resolve("distilbert-mnli"))));
        return instances;
    }

    private static List<Object> partsOfEpisodes() {
        StreamPart number = new StreamPart.Continuous(0.5);
        return List.of(
                new Episode(
                        new Observations.Continuous(Tensor.zeros(2, 3)),
                        new Actions.Discrete(new int[] {1, 0}),
                        new float[2]),
                new Observations.Frames(Tensor.zeros(1, 4, 24, 24)),
                new Observation.Frames(new byte[24 * 24 * 4], 24, 24, 4),
                PaddedSequences.toLongest(List.of(List.of(1, 2), List.of(3))),
                new GatoTokenizer(GatoNumbers.PAPER, 16, GatoTokenizer.Convention.PAPER, _ -> new int[] {2}),
                number,
                new StreamStep(new TreeMap<>(Map.of("speed", number)), List.of(number)));
    }

    private static List<Object> agents() {
        AgentPipeline pipeline = Pipelines.agent(Packed.checkpoint(FIXTURES.resolve("jat/atari")));
        return List.of(
                pipeline, pipeline.newAgent(), pipeline.newAgents(2, AgentOptions.DEFAULT), AgentOptions.DEFAULT);
    }

    private static TiledImageProcessor tiledProcessor() {
        List<Double> halves = List.of(0.5, 0.5, 0.5);
        return new TiledImageProcessor(
                new TiledImageProcessorConfig(Optional.empty(), ResampleFilter.LANCZOS, true, 4, 1, halves, halves),
                Engine.shared());
    }

    private static ImageLatentAttention latentAttention() {
        LatentAttention attention = new LatentAttention(Tensor.of(new float[] {0.25f, 0.75f}, 1, 1, 2));
        return new ImageLatentAttention(
                new RgbImage(2, 1, new byte[6]), new Region(0, 0, 2, 1), RowGrid.ofPixels(1, 2), attention);
    }

    private static CaptionAttention captionAttention() {
        PatchGrid grid = new PatchGrid(new RgbImage(2, 1, new byte[6]), new Region(0, 0, 2, 1), 1, 2);
        Heatmap map = new Heatmap(1, 2, new float[] {0.25f, 0.5f});
        return new CaptionAttention(
                grid, "a ship", List.of(new WordAttention("ship", 2, List.of("ship"), List.of(map))));
    }

    private static Path lateInteraction() throws IOException {
        return ColBertFolder.ofPyLate(Files.createTempDirectory(folder, "late"), new JsonObject());
    }

    private static EmbeddingStep.Dense denseStep() throws IOException {
        Path weights = folder.resolve("dense.safetensors");
        new SafetensorsWriter()
                .add("linear.weight", Tensor.zeros(3, 3))
                .add("linear.bias", Tensor.zeros(3))
                .write(weights);
        return EmbeddingStep.Dense.load(Engine.shared(), SafetensorsFile.open(weights), 3, 3, true, Activation.GELU);
    }

    /** ModelProto with opset 13, in it GraphProto, in it an initializer "w.weight" of shape [1]. */
    private static OnnxFile onnxFile() throws IOException {
        byte[] model = HexFormat.of()
                .parseHex("4202100D" + "3A16" + "2A14" + "08011001" + "4208772E776569676874" + "4A040000803F");
        Files.write(folder.resolve("model.onnx"), model);
        return OnnxFile.open(ModelFiles.directory(folder), "model.onnx");
    }

    private static TorchFile torchFile() throws IOException {
        return TorchFile.open(
                ModelFiles.directory(Packed.checkpoint(FIXTURES.resolveSibling("bge-m3"))), "sparse_linear.pt");
    }

    /** A model of every architecture, and what they take and give. */
    private static List<Object> models() throws IOException {
        Path text = FIXTURES.resolve("distilbert-base");
        List<Object> models = new ArrayList<>(List.of(
                AutoModel.fromPretrained(ModelFiles.directory(text), Engine.shared()),
                AutoModel.fromPretrained(FIXTURES.resolve("bert-base")),
                AutoModelForSequenceClassification.fromPretrained(FIXTURES.resolve("distilbert-sst2")),
                AutoModelForSequenceClassification.fromPretrained(
                        Packed.checkpoint(FIXTURES.resolve("head-bert-sequence"))),
                AutoModelForNextSentencePrediction.fromPretrained(
                        Packed.checkpoint(FIXTURES.resolve("head-bert-next-sentence"))),
                AutoModelForTokenClassification.fromPretrained(FIXTURES.resolve("bert-ner")),
                AutoModelForQuestionAnswering.fromPretrained(ReferenceAnswers.fixture("distilbert-squad")),
                AutoModelForCausalLM.fromPretrained(FIXTURES.resolve("gpt2/writing/model")),
                AutoModelForImageTextRetrieval.fromPretrained(FIXTURES.resolve("blip/retrieval")),
                AutoModelForImageTextToText.fromPretrained(FIXTURES.resolve("blip/caption")),
                AutoModelForZeroShotImageClassification.fromPretrained(
                        Packed.checkpoint(FIXTURES.resolve("clip/both"))),
                AutoModelForVisualQuestionAnswering.fromPretrained(FIXTURES.resolve("blip/question")),
                AutoModelForMaskedLM.fromPretrained(FIXTURES.resolve("bert-mlm")),
                AutoModelForMaskedLM.fromPretrained(FIXTURES.resolve("perceiver/masked")),
                AutoModelForSequenceClassification.fromPretrained(FIXTURES.resolve("perceiver/sequence")),
                AutoModelForOpticalFlow.fromPretrained(Packed.checkpoint(FIXTURES.resolve("perceiver/flow"))),
                AutoModelForMultipleChoice.fromPretrained(Packed.checkpoint(FIXTURES.resolve("head-bert-choice"))),
                AutoModelForMultimodalAutoencoding.fromPretrained(
                        Packed.checkpoint(FIXTURES.resolve("perceiver/multimodal"))),
                AutoModelForActing.fromPretrained(Packed.checkpoint(FIXTURES.resolve("jat/atari"))),
                SentenceTransformer.fromPretrained(FIXTURES.resolve("sentence-embedding")),
                SparseTransformer.fromPretrained(FIXTURES.resolve("bert-mlm")),
                SparseTransformer.fromPretrained(Packed.checkpoint(FIXTURES.resolveSibling("bge-m3"))),
                ColBert.fromPretrained(Packed.checkpoint(FIXTURES.resolveSibling("bge-m3"))),
                BgeM3.fromPretrained(Packed.checkpoint(FIXTURES.resolveSibling("bge-m3"))),
                Pipelines.sparseEmbedding(FIXTURES.resolve("bert-mlm")),
                Pipelines.lateInteraction(lateInteraction()),
                ColBert.fromPretrained(lateInteraction())));
        try (Checkpoint discriminator =
                Checkpoint.open(ModelFiles.directory(FIXTURES.resolve("electra/discriminator")))) {
            models.add(discriminator.load(discriminator.head().orElseThrow(), Engine.shared()));
        }
        try (Checkpoint latents = Checkpoint.open(ModelFiles.directory(FIXTURES.resolve("perceiver/base")))) {
            models.add(latents.load(Head.LATENT_ENCODER, Engine.shared()));
        }
        var streams = AutoModelForStreams.fromPretrained(Packed.checkpoint(FIXTURES.resolve("gato/classic")));
        models.addAll(List.of(streams, streams.streamModel(), streams.newState(1)));
        for (String fixture : List.of("vit-base", "deit-distilled", "dinov2-swiglu")) {
            models.add(AutoVisionModel.fromPretrained(FIXTURES.resolve(fixture)));
        }
        for (String fixture : List.of("vit-classify", "deit-distilled", "dinov2-classify")) {
            models.add(AutoModelForImageClassification.fromPretrained(FIXTURES.resolve(fixture)));
        }
        for (Object model : List.copyOf(models)) {
            for (Method method : model.getClass().getMethods()) {
                if (method.getName()
                        .matches(
                                "encoder|autoencoder|backbone|classifier|answerer|languageModel|captioner|matcher|estimator|generalist")) {
                    models.add(get(model, method));
                }
            }
        }
        for (Object model : List.copyOf(models)) {
            if (model instanceof ImageClassifier classifier) {
                models.add(classifier.backbone());
            }
        }
        return models;
    }

    private static Object get(Object target, Method method) {
        try {
            return method.invoke(target);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    // --- What is asked

    @TempDir
    private static Path folder;

    private static final List<Object> POOL = new ArrayList<>();

    @Test
    void whateverIsThrownIsSaidInWords() throws IOException {
        List<Class<?>> types = new ArrayList<>();
        for (Class<?> member : MODULES) {
            types.addAll(PublicTypes.ofModuleOf(member));
        }
        assertTrue(types.size() > 150, "only " + types.size() + " public types were found");
        assertEquals(
                Set.of(),
                NOT_ASKED_TYPES.keySet().stream()
                        .filter(name ->
                                types.stream().noneMatch(type -> name(type).equals(name)))
                        .collect(Collectors.toCollection(TreeSet::new)),
                "these are excused from being asked, but are no public types");
        types.removeIf(type -> NOT_ASKED_TYPES.containsKey(name(type)));
        POOL.addAll(madeByHand());
        List<Class<?>> without = makeTheOthers(types);
        assertEquals(
                List.of(),
                without,
                "nobody knows how to make one of these: make it by hand, or say why it is not asked");

        Set<String> wordless = new TreeSet<>();
        int asked = 0;
        for (Class<?> type : types) {
            Object instance = instanceOf(type);
            for (Constructor<?> constructor : type.getConstructors()) {
                asked += ask(constructor, null, wordless);
            }
            for (Method method : methodsOf(type)) {
                if (Modifier.isStatic(method.getModifiers()) || instance != null) {
                    asked += ask(method, instance, wordless);
                }
            }
        }
        assertTrue(asked > 3000, "only " + asked + " calls were made");
        assertEquals("", String.join("\n", wordless));
    }

    private static List<Method> methodsOf(Class<?> type) {
        return Stream.of(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers())
                        && !method.isSynthetic()
                        && !NOT_ASKED.contains(method.getName()))
                .toList();
    }

    private static String name(Class<?> type) {
        return type.getName().substring("io.tesserae.".length());
    }

    private static Object instanceOf(Class<?> type) {
        return POOL.stream().filter(type::isInstance).findFirst().orElse(null);
    }

    // --- How instances are made

    /** Makes what one good call makes, as long as that helps; returns the types of which there is still nothing to ask. */
    private static List<Class<?>> makeTheOthers(List<Class<?>> types) {
        int before;
        do {
            before = POOL.size();
            for (Class<?> type : types) {
                if (needsInstance(type)) {
                    make(type).ifPresent(POOL::add);
                }
            }
        } while (POOL.size() > before);
        return types.stream().filter(HostileArgumentsTest::needsInstance).collect(Collectors.toList());
    }

    private static boolean needsInstance(Class<?> type) {
        return instanceOf(type) == null
                && !type.isInterface()
                && methodsOf(type).stream().anyMatch(method -> !Modifier.isStatic(method.getModifiers()));
    }

    private static Optional<Object> make(Class<?> type) {
        if (type.isEnum()) {
            return Optional.of(type.getEnumConstants()[0]);
        }
        List<Callable<Object>> ways = new ArrayList<>();
        for (Constructor<?> constructor : type.getConstructors()) {
            ways.add(() -> constructor.newInstance(good(constructor)));
        }
        for (Method method : methodsOf(type)) {
            if (Modifier.isStatic(method.getModifiers()) && type.isAssignableFrom(method.getReturnType())) {
                ways.add(() -> method.invoke(null, good(method)));
            }
        }
        for (Object other : POOL) {
            for (Method method : methodsOf(other.getClass())) {
                if (method.getReturnType() == type
                        && Modifier.isPublic(other.getClass().getModifiers())) {
                    ways.add(
                            () -> method.invoke(Modifier.isStatic(method.getModifiers()) ? null : other, good(method)));
                }
            }
        }
        for (Callable<Object> way : ways) {
            try {
                Object made = way.call();
                if (made != null) {
                    return Optional.of(made);
                }
            } catch (Exception e) {
                // another way, or later, when there are arguments for it
            }
        }
        return Optional.empty();
    }

    private static Object[] good(Executable executable) {
        return Stream.of(executable.getGenericParameterTypes())
                .map(type -> valuesOf(executable, type).getFirst())
                .toArray();
    }

    /** Calls with good arguments but for one; returns how many calls were made. */
    private static int ask(Executable executable, Object target, Set<String> wordless) {
        Parameter[] parameters = executable.getParameters();
        List<List<Object>> values = new ArrayList<>();
        for (Type type : executable.getGenericParameterTypes()) {
            values.add(valuesOf(executable, type));
        }
        int calls = 0;
        if (parameters.length == 0) {
            calls++;
            tryCall(executable, target, new Object[0], -1, wordless);
        }
        for (int bad = 0; bad < parameters.length; bad++) {
            for (int i = 0; i < values.get(bad).size(); i++) {
                Object[] arguments = values.stream().map(List::getFirst).toArray();
                arguments[bad] = values.get(bad).get(i);
                tryCall(executable, target, arguments, bad, wordless);
                calls++;
            }
        }
        return calls;
    }

    private static void tryCall(
            Executable executable, Object target, Object[] arguments, int bad, Set<String> wordless) {
        try {
            call(executable, target, arguments);
        } catch (Throwable thrown) {
            if (IN_WORDS.stream().noneMatch(kind -> kind == thrown.getClass())
                    || thrown.getMessage() == null
                    || thrown.getMessage().isBlank()) {
                wordless.add(executable.getDeclaringClass().getSimpleName() + "." + executable.getName() + "("
                        + Stream.of(executable.getParameterTypes())
                                .map(Class::getSimpleName)
                                .toList()
                        + ")"
                        + (bad < 0 ? "" : " with argument " + bad + " " + describe(arguments[bad]))
                        + ": " + thrown);
            }
        }
    }

    private static void call(Executable executable, Object target, Object[] arguments) throws Throwable {
        try {
            Object answer = executable instanceof Constructor<?> constructor
                    ? constructor.newInstance(arguments)
                    : ((Method) executable).invoke(target, arguments);
            if (answer instanceof Stream<?> stream) {
                stream.limit(10).forEach(_ -> {});
            } else if (executable instanceof Method method
                    && Modifier.isStatic(method.getModifiers())
                    && !(answer instanceof Engine)
                    && answer instanceof AutoCloseable closeable) {
                closeable.close();
            }
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static List<Object> valuesOf(Executable executable, Type type) {
        String name = type.getTypeName().replaceAll("([a-z0-9]+\\.)+", "").replaceAll("\\? (extends|super) ", "");
        if (type == Path.class && executable.getName().startsWith("write")) {
            return nulls(
                    folder.resolve("written"),
                    folder,
                    folder.resolve("no-such-folder").resolve("written"));
        }
        if (name.startsWith("Stream<")) {
            return Collections.singletonList(null); // what is in a stream is read by what reads lists
        }
        if (type == InputStream.class) {
            return nulls(InputStream.nullInputStream());
        }
        if (type == TensorSource.class) {
            return nulls(weights());
        }
        List<Object> known = VALUES.get(name);
        if (known != null) {
            return known;
        }
        if (type instanceof Class<?> raw) {
            return raw.isEnum() ? nulls(raw.getEnumConstants()[0]) : nullsUnlessAbsent(instanceOf(raw));
        }
        if (type instanceof ParameterizedType generic
                && generic.getActualTypeArguments()[0] instanceof Class<?> element) {
            Object instance = element.isEnum() ? element.getEnumConstants()[0] : instanceOf(element);
            if (instance != null && generic.getRawType() == List.class) {
                return lists(instance);
            }
            if (instance != null && generic.getRawType() == Optional.class) {
                return nulls(Optional.of(instance), Optional.empty());
            }
        }
        return Collections.singletonList(null);
    }

    private static List<Object> nullsUnlessAbsent(Object instance) {
        return instance == null ? Collections.singletonList(null) : nulls(instance);
    }

    private static Object weights() {
        return CheckpointWeights.open(ModelFiles.directory(FIXTURES.resolve("bert-base")));
    }

    private static String describe(Object argument) {
        return switch (argument) {
            case int[] array -> Arrays.toString(array);
            case int[][] array -> Arrays.deepToString(array);
            case float[] array -> Arrays.toString(array);
            case null -> "null";
            default -> {
                String text = argument.toString();
                yield text.substring(0, Math.min(60, text.length())).replace("\n", " ");
            }
        };
    }
}

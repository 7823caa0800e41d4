package io.tesserae.examples.semanticsearch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/**
 * Passages by their vectors, in a Lucene index: a graph (HNSW; Malkov and Yashunin, 2018, arXiv:1603.09320) in which every
 * vector knows some of its neighbours, so that a search need not look at all of them.
 *
 * <p>It lives in memory, for the documents here are few. With {@code FSDirectory.open(path)} in place of {@code new
 * ByteBuffersDirectory()} it would lie in a folder.
 */
final class PassageIndex implements AutoCloseable {

    /** How many passages the search through the graph keeps in sight. It is not exact: with a few it may miss the nearest. */
    private static final int CANDIDATES = 100;

    private static final String VECTOR = "vector";
    private static final String FILE = "file";
    private static final String HEADING = "heading";
    private static final String TEXT = "text";

    /**
     * A passage that was found.
     *
     * @param passage what was found
     * @param similarity the cosine between its vector and the question's, at most 1
     */
    record Hit(Passage passage, float similarity) {}

    private final Directory directory;
    private final DirectoryReader reader;
    private final IndexSearcher searcher;

    private PassageIndex(Directory directory) throws IOException {
        this.directory = directory;
        this.reader = DirectoryReader.open(directory);
        this.searcher = new IndexSearcher(reader);
    }

    /**
     * Indexes passages.
     *
     * @param vectors of the passages, in their order, all of one length
     */
    static PassageIndex of(List<Passage> passages, Stream<float[]> vectors) throws IOException {
        Directory directory = new ByteBuffersDirectory();
        try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
            Iterator<float[]> vector = vectors.iterator();
            for (Passage passage : passages) {
                writer.addDocument(document(passage, vector.next()));
            }
        }
        return new PassageIndex(directory);
    }

    /** The passages nearest to a question, the nearest first. */
    List<Hit> search(float[] question, int count) {
        try {
            List<Hit> hits = new ArrayList<>();
            StoredFields stored = searcher.storedFields();
            var query = new KnnFloatVectorQuery(VECTOR, question, Math.max(count, CANDIDATES));
            for (ScoreDoc found : searcher.search(query, count).scoreDocs) {
                // Lucene's scores are never negative: of a cosine it makes (1 + cosine) / 2.
                hits.add(new Hit(passage(stored.document(found.doc)), 2 * found.score - 1));
            }
            return hits;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many passages are in it. */
    int size() {
        return reader.numDocs();
    }

    private static Document document(Passage passage, float[] vector) {
        var document = new Document();
        document.add(new KnnFloatVectorField(VECTOR, vector, VectorSimilarityFunction.COSINE));
        document.add(new StoredField(FILE, passage.file()));
        document.add(new StoredField(HEADING, passage.heading()));
        document.add(new StoredField(TEXT, passage.text()));
        return document;
    }

    private static Passage passage(Document document) {
        return new Passage(document.get(FILE), document.get(HEADING), document.get(TEXT));
    }

    @Override
    public void close() throws IOException {
        reader.close();
        directory.close();
    }
}
